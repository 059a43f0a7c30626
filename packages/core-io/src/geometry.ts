/** Three numbers in file order: x (fastest in memory), y, z. */
export type Vec3 = [number, number, number];

/** 4x4 row-major matrix (16 numbers): voxel index -> world mm in RAS+. */
export type Affine = number[];

/** Grid of a volume: `dims` voxels, `spacing` mm (> 0), `affine` voxel index -> world mm in RAS+. */
export interface Geometry {
  dims: Vec3;
  spacing: Vec3;
  affine: Affine;
}

/**
 * Tensor shape of the same memory.
 *
 * `dims` `[nx, ny, nz]` -> `[nz, ny, nx]`; the only place that reverses axes.
 */
export function toTensorShape(dims: Vec3): [number, number, number] {
  return [dims[2], dims[1], dims[0]];
}
