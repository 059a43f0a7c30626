import type { TensorShape } from '../morphology/tensor-shape.js';

const smallest = 0.01;
const largest = 0.3;

/**
 * Distance weight w_d of the geodesic cost, by class: the reach of a stroke.
 *
 * `w_d = smallest spacing / thickness`, kept in [0.01, 0.3].
 *
 * @param options.thickness mm by class, see `classThickness`; Infinity (no full label) gives 0.01.
 * @param options.spacing mm of the grid that the geodesic runs on, `[z, y, x]`.
 * @returns one weight per class, background first.
 */
export function distanceWeight(options: { thickness: number[]; spacing: TensorShape }): number[] {
  const finest = Math.min(...options.spacing);
  return options.thickness.map((mm) => Math.min(largest, Math.max(smallest, finest / mm)));
}
