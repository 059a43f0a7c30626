import type { Geometry } from './geometry.js';

export type VoxelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** 3-D scalar grid with geometry. `data` is flat, x fastest: voxel (x, y, z) is `data[x + nx * (y + ny * z)]`. */
export interface Volume<T extends VoxelArray = VoxelArray> {
  geometry: Geometry;
  data: T;
}
