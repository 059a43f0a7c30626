import { exp32 } from './exp32.js';

/**
 * How much a stroke at a geodesic distance still says.
 *
 * G = exp(-(exp(D) - 1) / tau), computed in float32 with an exponential of our own, so that the native transform and
 * its TypeScript reference have the same bits.
 *
 * @param distance geodesic distance, float32, >= 0; Infinity = unreached.
 * @param tau > 0; default 5. Beyond the range of float32 its nearest positive value counts.
 * @returns 1 on the stroke, falling to 0; 0 where unreached.
 * Source: method.md section 2.2.
 */
export function influence(distance: number, tau = 5): number {
  return exp32(Math.fround(Math.fround(1 - exp32(Math.fround(distance))) / positiveFloat(tau)));
}

/** A positive number in float32, kept within its positive finite values. */
export function positiveFloat(value: number): number {
  return Math.fround(Math.min(Math.max(value, 2 ** -126), 2 ** 128 - 2 ** 104));
}
