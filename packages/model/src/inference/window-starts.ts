/**
 * First voxels of the windows along one axis.
 *
 * `n = ceil((size - patch) / (patch * step)) + 1`, `start_i = round(i * (size - patch) / (n - 1))`, halves to even.
 *
 * @param size voxels of the (padded) axis, >= patch
 * @param step distance of neighbouring windows as a share of the patch, at most; default 0.5
 * Source: nnU-Net's sliding window.
 */
export function windowStarts(size: number, patch: number, step = 0.5): number[] {
  const count = Math.ceil((size - patch) / (patch * step)) + 1;
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : roundHalfEven((i * (size - patch)) / (count - 1))));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
