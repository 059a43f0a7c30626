import type { VoxelArray } from '@geoscribe/core-io';

/**
 * A label map with background where the reference is ignored: done to reference and prediction alike, these voxels count for
 * nothing, and a label's surface ends there as it does at a closed face of the volume.
 *
 * @param map prediction or reference
 * @param options.reference of the same size
 * @param options.ignoreLabel value of its voxels that nobody annotated; absent where there are none: `map` itself is returned
 *
 * Source: Dice and IoU of maps so treated equal those of nnU-Net v2's `compute_metrics` with an `ignore_label`.
 */
export function withoutIgnored<T extends VoxelArray>(map: T, { reference, ignoreLabel }: { reference: ArrayLike<number>; ignoreLabel: number | undefined }): T {
  if (ignoreLabel === undefined) return map;
  return map.map((value, voxel) => (reference[voxel] === ignoreLabel ? 0 : value)) as T;
}
