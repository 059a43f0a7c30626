import { affineDeterminant, geometryFromAffine, invertAffine } from './affine.js';
import type { Affine, Vec3 } from './geometry.js';

/** The rotation of a NIfTI qform: quaternion (a, b, c, d) with a >= 0 left out, and the sign of the third axis. */
export interface QForm {
  b: number;
  c: number;
  d: number;
  /** Handedness: 1, or -1 where the third column is reversed. */
  qfac: 1 | -1;
}

/**
 * Affine of a qform.
 *
 * `a = sqrt(max(0, 1 - b^2 - c^2 - d^2))`; columns of the rotation times spacing, the third also times `qfac`.
 * Source: NIfTI-1 standard, method 2.
 */
export function affineFromQForm({ b, c, d, qfac }: QForm, spacing: Vec3, offset: Vec3): Affine {
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const [sx, sy] = spacing;
  const sz = spacing[2] * qfac;
  return [
    (a * a + b * b - c * c - d * d) * sx, (2 * b * c - 2 * a * d) * sy, (2 * b * d + 2 * a * c) * sz, offset[0],
    (2 * b * c + 2 * a * d) * sx, (a * a + c * c - b * b - d * d) * sy, (2 * c * d - 2 * a * b) * sz, offset[1],
    (2 * b * d - 2 * a * c) * sx, (2 * c * d + 2 * a * b) * sy, (a * a + d * d - c * c - b * b) * sz, offset[2],
    0, 0, 0, 1,
  ];
}

/**
 * Qform nearest to an affine: its spacing taken out, then the closest orthonormal matrix (polar decomposition), then
 * the quaternion by its largest component. Shear is lost.
 */
export function qFormFromAffine(affine: Affine): QForm {
  const { rotation, qfac } = nearestRotation(affine);
  const r = (row: number, column: number): number => rotation[4 * row + column] as number;
  // Four times the square of each component, from the diagonal; dividing by the largest keeps precision.
  const squares = [
    1 + r(0, 0) + r(1, 1) + r(2, 2),
    1 + r(0, 0) - r(1, 1) - r(2, 2),
    1 - r(0, 0) + r(1, 1) - r(2, 2),
    1 - r(0, 0) - r(1, 1) + r(2, 2),
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const twice = Math.sqrt(squares[largest] as number);
  const products = [
    [0, r(2, 1) - r(1, 2), r(0, 2) - r(2, 0), r(1, 0) - r(0, 1)],
    [r(2, 1) - r(1, 2), 0, r(0, 1) + r(1, 0), r(0, 2) + r(2, 0)],
    [r(0, 2) - r(2, 0), r(0, 1) + r(1, 0), 0, r(1, 2) + r(2, 1)],
    [r(1, 0) - r(0, 1), r(0, 2) + r(2, 0), r(1, 2) + r(2, 1), 0],
  ][largest] as number[];
  const component = products.map((product, k) => (k === largest ? twice / 2 : product / (2 * twice)));
  const sign = (component[0] as number) < 0 ? -1 : 1;
  const part = (k: number): number => sign * (component[k] as number);
  return { b: part(1), c: part(2), d: part(3), qfac };
}

function nearestRotation(affine: Affine): { rotation: Affine; qfac: 1 | -1 } {
  const { spacing } = geometryFromAffine([1, 1, 1], affine);
  let matrix: Affine = [];
  for (let row = 0; row < 3; row++) {
    for (const column of [0, 1, 2] as const) matrix.push((affine[4 * row + column] as number) / spacing[column]);
    matrix.push(0);
  }
  matrix.push(0, 0, 0, 1);
  // Newton's iteration for the orthogonal polar factor: quadratic convergence, 30 steps cover any condition number met.
  for (let step = 0; step < 30; step++) {
    const inverse = invertAffine(matrix);
    const next = matrix.map((entry, k) => (entry + (inverse[4 * (k % 4) + Math.floor(k / 4)] as number)) / 2);
    for (let row = 0; row < 3; row++) [next[4 * row + 3], next[12 + row]] = [0, 0];
    const change = Math.max(...next.map((entry, k) => Math.abs(entry - (matrix[k] as number))));
    matrix = next;
    if (change < 1e-15) break;
  }
  if (affineDeterminant(matrix) > 0) return { rotation: matrix, qfac: 1 };
  return { rotation: matrix.map((entry, k) => (k % 4 === 2 ? -entry : entry)), qfac: -1 };
}
