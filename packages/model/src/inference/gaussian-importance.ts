import type { TensorShape } from '../morphology/tensor-shape.js';

/**
 * Weight of every voxel of a window, 1 in the middle.
 *
 * `exp(-sum_a ((i_a - (n_a - 1) / 2) / (n_a / 8))^2 / 2)`, floored at the smallest value that float32 holds above 0.
 *
 * @returns float32 `[Z, Y, X]` of the patch, in (0, 1]
 * Source: nnU-Net; its maximum lies on a voxel, here on the true middle, so that mirrored windows weigh the same.
 */
export function gaussianImportance(patch: TensorShape): Float32Array {
  const [z, y, x] = patch.map(axisWeights) as [number[], number[], number[]];
  const weights = new Float32Array(patch[0] * patch[1] * patch[2]);
  let at = 0;
  for (const wz of z) for (const wy of y) for (const wx of x) weights[at++] = wz * wy * wx;
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  const smallest = weights.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Infinity) / largest;
  return weights.map((w) => Math.max(w / largest, smallest));
}

function axisWeights(size: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.exp(-(((i - (size - 1) / 2) / (size / 8)) ** 2) / 2));
}
