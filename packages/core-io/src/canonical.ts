import { applyAffine, geometryFromAffine } from './affine.js';
import type { Affine, Geometry, Vec3 } from './geometry.js';
import type { Volume, VoxelArray } from './volume.js';

/** How a canonical grid came from its source: canonical axis k is source axis `axes[k]`, reversed where `flips[k]`. */
export interface Orientation {
  axes: Vec3;
  flips: [boolean, boolean, boolean];
}

const permutations: readonly Vec3[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/**
 * Copies a volume so that its axes run closest to Right, Anterior, Superior.
 *
 * The permutation with the largest sum of |cos| between axes and world directions wins, ties to the earlier one in
 * lexicographic order; obliqueness stays in the affine, nothing is interpolated.
 *
 * Returns the canonical volume and the orientation that `fromCanonical` needs.
 * Cost: one pass over the voxels.
 */
export function toCanonical<T extends VoxelArray>(volume: Volume<T>): { volume: Volume<T>; orientation: Orientation } {
  const orientation = orientationOf(volume.geometry);
  return { volume: reorient(volume, orientation), orientation };
}

/** Undoes `toCanonical`: the same voxels in the source's axis order and direction. */
export function fromCanonical<T extends VoxelArray>(volume: Volume<T>, { axes, flips }: Orientation): Volume<T> {
  const inverse: Orientation = { axes: [0, 0, 0], flips: [false, false, false] };
  for (const k of [0, 1, 2] as const) {
    const source = axes[k] as 0 | 1 | 2;
    inverse.axes[source] = k;
    inverse.flips[source] = flips[k];
  }
  return reorient(volume, inverse);
}

function orientationOf({ affine, spacing }: Geometry): Orientation {
  const cosine = (world: number, axis: number): number =>
    (affine[4 * world + axis] as number) / (spacing[axis as 0 | 1 | 2]);
  const score = (axes: Vec3): number => axes.reduce((sum, axis, world) => sum + Math.abs(cosine(world, axis)), 0);
  // 1e-9: rounding must not decide a tie.
  const axes = permutations.reduce((best, candidate) => (score(candidate) > score(best) + 1e-9 ? candidate : best));
  return { axes: [...axes], flips: [cosine(0, axes[0]) < 0, cosine(1, axes[1]) < 0, cosine(2, axes[2]) < 0] };
}

function reorient<T extends VoxelArray>({ geometry, data }: Volume<T>, { axes, flips }: Orientation): Volume<T> {
  const size = geometry.dims;
  const sourceStride: Vec3 = [1, size[0], size[0] * size[1]];
  const axis = (k: 0 | 1 | 2): { n: number; start: number; step: number } => {
    const source = axes[k] as 0 | 1 | 2;
    const n = size[source];
    const stride = sourceStride[source];
    return flips[k] ? { n, start: (n - 1) * stride, step: -stride } : { n, start: 0, step: stride };
  };
  const [x, y, z] = [axis(0), axis(1), axis(2)];
  const copy = data.slice() as T;
  let target = 0;
  for (let k = 0, zAt = z.start; k < z.n; k++, zAt += z.step) {
    for (let j = 0, yAt = zAt + y.start; j < y.n; j++, yAt += y.step) {
      for (let i = 0, from = yAt + x.start; i < x.n; i++, from += x.step) copy[target++] = data[from] as number;
    }
  }
  return { geometry: reorientGeometry(geometry, axes, flips), data: copy };
}

function reorientGeometry({ dims, affine }: Geometry, axes: Vec3, flips: Orientation['flips']): Geometry {
  const first: Vec3 = [0, 0, 0];
  const result: Affine = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  for (const k of [0, 1, 2] as const) {
    const source = axes[k] as 0 | 1 | 2;
    if (flips[k]) first[source] = dims[source] - 1;
    for (let row = 0; row < 3; row++) {
      const entry = affine[4 * row + source] as number;
      result[4 * row + k] = flips[k] ? 0 - entry : entry;
    }
  }
  [result[3], result[7], result[11]] = applyAffine(affine, first);
  const size = (k: 0 | 1 | 2): number => dims[axes[k] as 0 | 1 | 2];
  return geometryFromAffine([size(0), size(1), size(2)], result);
}
