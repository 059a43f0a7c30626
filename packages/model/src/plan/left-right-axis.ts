import type { Geometry } from '@geoscribe/core-io';

/** Axis of an image's `[z, y, x]` that runs from the patient's left to right, or back; of an oblique image the nearest. */
export function leftRightAxis({ affine, spacing }: Geometry): 0 | 1 | 2 {
  // The first row of an affine is the way to the right, in mm a voxel.
  const share = [0, 1, 2].map((column) => Math.abs(affine[column]!) / spacing[column]!);
  return (2 - share.indexOf(Math.max(...share))) as 0 | 1 | 2;
}
