import type { Affine, Geometry, Vec3 } from './geometry.js';

/**
 * Maps a voxel index (may be fractional) to world mm.
 *
 * `world = A[0..2][0..2] * index + A[0..2][3]`.
 */
export function applyAffine(affine: Affine, [x, y, z]: Vec3): Vec3 {
  const row = (r: number): number =>
    at(affine, 4 * r) * x + at(affine, 4 * r + 1) * y + at(affine, 4 * r + 2) * z + at(affine, 4 * r + 3);
  return [row(0), row(1), row(2)];
}

/** Determinant of the 3x3 part, mm^3 per voxel; negative where the axes are left-handed. */
export function affineDeterminant(affine: Affine): number {
  const m = (r: number, c: number): number => at(affine, 4 * r + c);
  return (
    m(0, 0) * (m(1, 1) * m(2, 2) - m(1, 2) * m(2, 1)) -
    m(0, 1) * (m(1, 0) * m(2, 2) - m(1, 2) * m(2, 0)) +
    m(0, 2) * (m(1, 0) * m(2, 1) - m(1, 1) * m(2, 0))
  );
}

/**
 * Inverse of an affine: world mm -> voxel index.
 *
 * `affine`: 16 numbers, row-major, determinant not 0 (decoders guarantee it).
 */
export function invertAffine(affine: Affine): Affine {
  const m = (r: number, c: number): number => at(affine, 4 * r + c);
  const determinant = affineDeterminant(affine);
  // Cyclic indices give the cofactors their sign.
  const cofactor = (r: number, c: number): number =>
    m((r + 1) % 3, (c + 1) % 3) * m((r + 2) % 3, (c + 2) % 3) - m((r + 1) % 3, (c + 2) % 3) * m((r + 2) % 3, (c + 1) % 3);
  const inverse: Affine = [];
  for (let r = 0; r < 3; r++) {
    const linear = [cofactor(0, r) / determinant, cofactor(1, r) / determinant, cofactor(2, r) / determinant] as const;
    inverse.push(...linear, -(linear[0] * m(0, 3) + linear[1] * m(1, 3) + linear[2] * m(2, 3)));
  }
  inverse.push(0, 0, 0, 1);
  return inverse;
}

/** Geometry of a grid whose spacing is the length of the affine's columns, mm. */
export function geometryFromAffine(dims: Vec3, affine: Affine): Geometry {
  const length = (c: number): number => Math.hypot(at(affine, c), at(affine, 4 + c), at(affine, 8 + c));
  return { dims, spacing: [length(0), length(1), length(2)], affine };
}

function at(affine: Affine, index: number): number {
  return affine[index] as number;
}
