import { checkArray, checkThreads } from './checks.js';
import { resolveDistanceProblem, type DistanceProblem } from './distance-problem.js';
import { nativeAddon } from './native.js';
import { runTask, type JobOptions } from './run-task.js';

export interface VerifyFixedPointOptions extends DistanceProblem, JobOptions {
  /** float32 [n]: what `geodesicDistance` gave for the same problem. */
  distance: Float32Array;
}

/** Outcome of the certificate. */
export interface FixedPointReport {
  /** Voxels whose distance is not what their neighbours say. */
  violations: number;
  /** Flat index of the first of them. */
  first: number | null;
}

/**
 * Certificate that a geodesic distance is exact, without an oracle.
 *
 * Checks bit for bit that every seed has 0, every wall and everything beyond the cutoff +Infinity, and every other
 * voxel `min over neighbours u of D(u) + k(u, v)`. Steps cost at least 1e-5, so for distances below 256, where float32
 * still tells d from d + 1e-5, no other array passes.
 *
 * @returns no violation exactly where the array is a fixed point.
 * @throws as `geodesicDistance`.
 * Cost: O(n), all threads.
 */
export async function verifyFixedPoint(options: VerifyFixedPointOptions): Promise<FixedPointReport> {
  const { voxels, ...problem } = resolveDistanceProblem(options);
  checkArray('distance', options.distance, ['Float32Array'], voxels);
  const job = { ...problem, threads: checkThreads(options.threads), distance: options.distance };
  const addon = nativeAddon();
  const { violations, first } = await runTask(() => addon.verifyFixedPoint(job), options.signal);
  return { violations, first: violations === 0 ? null : first };
}
