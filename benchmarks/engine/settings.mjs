// What holds for every work and both implementations.
import { availableParallelism } from 'node:os';

export const threads = availableParallelism();

/** Values of a result that the implementations are compared in. */
export const sample = 10_000;

/**
 * Environment of every measured process. Threads sleep while they wait: spinning, as by default, they starve each other
 * as soon as the machine does anything else. `avx2`: both see no more than AVX2.
 *
 * @param {'avx2' | undefined} isa
 */
export function environmentOf(isa) {
  return {
    OMP_NUM_THREADS: String(threads),
    OMP_WAIT_POLICY: 'PASSIVE',
    ...(isa === 'avx2' && { ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2' }),
  };
}
