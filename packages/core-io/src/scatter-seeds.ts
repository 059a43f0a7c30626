import { applyAffine, invertAffine } from './affine.js';
import type { Geometry, Vec3 } from './geometry.js';
import { UNMARKED, type SeedMap } from './seed-map.js';

/** Voxels: keeps float rounding from deciding on which side of a half a centre lies. */
const HALF_GUARD = 1e-6;

export interface ScatteredSeeds {
  /** Flat, x fastest, length of the target grid; 255 unmarked. */
  seedMap: Uint8Array;
  /** Target voxels that carry a seed. */
  marked: number;
  /** Source seeds (voxels or points) outside the target. */
  dropped: number;
}

/**
 * Brings seeds onto another grid without interpolation.
 *
 * The centre of each marked voxel goes through both affines to the nearest target voxel (halves upwards). Several
 * classes on one voxel: the most frequent wins, ties to the non-background, then to the lower class.
 *
 * `seeds`: any grid. `target`: the grid to fill, e.g. the preprocessed one.
 *
 * Cost: proportional to the source's voxels and the target's.
 */
export function scatterSeeds(seeds: SeedMap, target: Geometry): ScatteredSeeds {
  const [nx, ny] = seeds.geometry.dims;
  const toIndex = invertAffine(target.affine);
  // Key: target voxel * 256 + class. Seeds are few, so only touched voxels are counted.
  const counts = new Map<number, number>();
  let dropped = 0;
  for (let k = 0; k < seeds.data.length; k++) {
    const seed = seeds.data[k] as number;
    if (seed === UNMARKED) continue;
    const index: Vec3 = [k % nx, Math.floor(k / nx) % ny, Math.floor(k / (nx * ny))];
    const voxel = nearestVoxel(applyAffine(toIndex, applyAffine(seeds.geometry.affine, index)), target.dims);
    if (voxel === undefined) dropped++;
    else counts.set(voxel * 256 + seed, (counts.get(voxel * 256 + seed) ?? 0) + 1);
  }
  return { ...majority(counts, target.dims), dropped };
}

/** Flat offset of the voxel whose centre is nearest, or undefined outside the grid. */
export function nearestVoxel(index: Vec3, dims: Vec3): number | undefined {
  const [x, y, z] = index.map((coordinate) => Math.floor(coordinate + 0.5 + HALF_GUARD)) as Vec3;
  const inside = x >= 0 && y >= 0 && z >= 0 && x < dims[0] && y < dims[1] && z < dims[2];
  return inside ? x + dims[0] * (y + dims[1] * z) : undefined;
}

function majority(counts: Map<number, number>, dims: Vec3): { seedMap: Uint8Array; marked: number } {
  const seedMap = new Uint8Array(dims[0] * dims[1] * dims[2]).fill(UNMARKED);
  const best = new Map<number, number>();
  for (const [key, count] of counts) {
    const [voxel, seed] = [Math.floor(key / 256), key % 256];
    const winner = seedMap[voxel] as number;
    const most = best.get(voxel) ?? 0;
    // Lower class wins a tie, but background (0) loses it to any class.
    const winsTie = count === most && seed !== 0 && (winner === 0 || seed < winner);
    if (count > most || winsTie) {
      seedMap[voxel] = seed;
      best.set(voxel, count);
    }
  }
  return { seedMap, marked: best.size };
}
