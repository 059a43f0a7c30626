import type { Vec3 } from './geometry.js';

/** Where a flat index lies, for errors: `voxel [x, y, z]`. */
export function voxelName(index: number, [nx, ny]: Vec3): string {
  return `voxel [${index % nx}, ${Math.floor(index / nx) % ny}, ${Math.floor(index / (nx * ny))}]`;
}
