import type { VoxelArray } from './volume.js';

/**
 * Index of the first voxel that no network can take: NaN, infinite, or beyond float32, in which images are computed.
 *
 * @returns -1 where there is none.
 */
export function firstNotFinite(data: VoxelArray): number {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return -1;
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = Math.fround(data[voxel]!);
    if (value - value !== 0) return voxel;
  }
  return -1;
}

/** True where all voxels hold one value. */
export function isConstant(data: VoxelArray): boolean {
  const first = data[0];
  let voxel = 1;
  while (voxel < data.length && data[voxel] === first) voxel++;
  return voxel >= data.length;
}
