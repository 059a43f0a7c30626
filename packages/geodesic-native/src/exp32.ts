const round = Math.fround;

/**
 * e^x in float32: the same bits as `exp32` of `native/core/kernels/exp32.hpp`.
 *
 * x = n ln 2 + r, e^x = 2^n (1 + r + r^2 q(r)), every operation rounded to float32.
 *
 * @param x a float32, not NaN.
 * @returns a float32 at most 1.1 units in the last place off; 0 below -87, Infinity above 88.
 */
export function exp32(x: number): number {
  if (x < -87) return 0;
  if (x > 88) return Infinity;
  // 1 / ln 2; adding 1.5 * 2^23 leaves no bits for fractions.
  const n = round(round(round(x * 1.4426950216293335) + 12582912) - 12582912);
  // ln 2 in two parts: the first has 15 bits.
  const r = round(round(x - round(n * 0.693145751953125)) - round(n * 1.428606765330187e-6));
  let q = 0.0013926175888627768;
  for (const coefficient of [0.008363173343241215, 0.041666556149721146, 0.16666577756404877, 0.5]) {
    q = round(round(q * r) + coefficient);
  }
  const y = round(round(round(q * round(r * r)) + r) + 1);
  return y * 2 ** n;
}
