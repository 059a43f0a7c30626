import { mulberry32 } from '@geoscribe/core-io/testing';
import type { Geometry, Vec3, Volume, VoxelArray } from '@geoscribe/core-io';

/** A grid whose affine is diagonal plus an offset. */
export function boxGeometry(dims: Vec3, spacing: Vec3 = [1, 1, 1], origin: Vec3 = [0, 0, 0]): Geometry {
  const affine = [spacing[0], 0, 0, origin[0], 0, spacing[1], 0, origin[1], 0, 0, spacing[2], origin[2], 0, 0, 0, 1];
  return { dims, spacing, affine };
}

export function volumeOf<T extends VoxelArray>(geometry: Geometry, data: T): Volume<T> {
  return { geometry, data };
}

/** Uniform random values in [low, high) of a seed. */
export function randomFloats(n: number, seed: number, low = 0, high = 1): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({ length: n }, () => low + (high - low) * random());
}

/** Label map `[Z, Y, X]` of two touching balls: class 1 and class 2. */
export function twoBalls(dims: Vec3, spacing: Vec3): Uint8Array {
  const [nx, ny, nz] = dims;
  const data = new Uint8Array(nx * ny * nz);
  const radius = Math.min(...dims.map((n, a) => n * spacing[a]!)) * 0.3;
  const centre = dims.map((n, a) => (n * spacing[a]!) / 2) as Vec3;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const at = [(x + 0.5) * spacing[0], (y + 0.5) * spacing[1], (z + 0.5) * spacing[2]] as Vec3;
        const near = (shift: number): boolean =>
          Math.hypot(at[0] - centre[0] - shift, at[1] - centre[1], at[2] - centre[2]) < radius;
        data[i] = near(-radius / 2) ? 1 : near(radius) ? 2 : 0;
      }
    }
  }
  return data;
}
