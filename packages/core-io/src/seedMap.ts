import type { Volume } from './volume.js';

/** Value of a seed map's voxel that carries no scribble. */
export const UNMARKED = 255;

/** Rasterised scribbles: 255 unmarked, 0 background scribble, 1..C-1 class scribble. */
export type SeedMap = Volume<Uint8Array>;
