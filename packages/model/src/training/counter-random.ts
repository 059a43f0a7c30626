/**
 * Random numbers that are a pure function of (seed, counters): nothing has to be stored to continue a stream.
 *
 * Each draw hashes the key with a running index (the finaliser of a 32-bit mixing hash after Steele & Lea's SplitMix
 * scheme). Two streams with different counters are independent for all practical purposes.
 */
export interface CounterRandom {
  /** Next 32 bits. */
  bits(): number;
  /** Next number in [0, 1). */
  uniform(): number;
  /** Next integer in 0..n-1, n >= 1; the bias is below n / 2^32. */
  integer(n: number): number;
}

/** Stream for `seed` (non-negative integer) and any number of counters such as step and position in the batch. */
export function counterRandom(seed: number, ...counters: number[]): CounterRandom {
  let key = mix(mix(0x5851f42d ^ (seed >>> 0)) ^ Math.floor(seed / 2 ** 32));
  for (const counter of counters) key = mix(key ^ mix((counter >>> 0) + 0x9e3779b9));
  let index = 0;
  const bits = (): number => {
    index = (index + 0x9e3779b9) | 0;
    return mix(mix(key + index) ^ key);
  };
  const uniform = (): number => bits() / 2 ** 32;
  return { bits, uniform, integer: (n) => Math.floor(uniform() * n) };
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
