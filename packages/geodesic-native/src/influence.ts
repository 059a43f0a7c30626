/**
 * How much a stroke at a geodesic distance still says.
 *
 * G = exp(-(exp(D) - 1) / tau)
 *
 * @param distance geodesic distance, >= 0; Infinity = unreached.
 * @param tau > 0; default 5.
 * @returns 1 on the stroke, falling to 0; 0 where unreached.
 * Source: method.md section 2.2.
 */
export function influence(distance: number, tau = 5): number {
  return distance === Infinity ? 0 : Math.exp(-Math.expm1(distance) / tau);
}
