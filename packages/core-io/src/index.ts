export { toTensorShape, type Affine, type Geometry, type Vec3 } from './geometry.js';
export type { Volume, VoxelArray } from './volume.js';
export { UNMARKED, type SeedMap } from './seedMap.js';
