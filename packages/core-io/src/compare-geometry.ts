import { GeoscribeError } from '@geoscribe/campaign';
import { applyAffine } from './affine.js';
import type { Geometry, Vec3 } from './geometry.js';

/** Share of the smallest spacing that corners may deviate by. */
const TOLERANCE = 0.1;

export interface GeometryComparison {
  agree: boolean;
  /** Largest distance between corresponding corners, mm. */
  largestDeviation: number;
}

/**
 * Tells whether two grids cover the same voxels.
 *
 * They agree if dims are equal and each of the 8 outer corners (index -0.5 or n - 0.5) maps within
 * 0.1 x the smallest spacing of either. How the files state it (sform or qform, codes) does not matter.
 *
 * Returns `largestDeviation` in mm also where dims differ; it is then measured between each grid's own corners.
 */
export function compareGeometry(a: Geometry, b: Geometry): GeometryComparison {
  let largestDeviation = 0;
  for (let corner = 0; corner < 8; corner++) {
    const p = applyAffine(a.affine, outerCorner(a.dims, corner));
    const q = applyAffine(b.affine, outerCorner(b.dims, corner));
    largestDeviation = Math.max(largestDeviation, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
  }
  const limit = TOLERANCE * Math.min(...a.spacing, ...b.spacing);
  return { agree: sameDims(a.dims, b.dims) && largestDeviation <= limit, largestDeviation };
}

/**
 * Throws unless two grids agree, see `compareGeometry`.
 *
 * `a`: the grid in question, of `file`; `b`: the grid it must match, of `otherFile`.
 *
 * Errors: `GeometryMismatchError` with the largest deviation in mm.
 */
export function assertSameGeometry(a: Geometry, b: Geometry, options: { file: string; otherFile?: string }): void {
  const { agree, largestDeviation } = compareGeometry(a, b);
  if (agree) return;
  const other = options.otherFile ?? 'the image';
  if (!sameDims(a.dims, b.dims)) {
    throw new GeoscribeError('GeometryMismatchError', `Grid differs from that of ${other}`, {
      file: options.file,
      field: 'dims',
      expected: b.dims.join(' x '),
      received: `${a.dims.join(' x ')} (corners deviate by up to ${largestDeviation.toFixed(3)} mm)`,
      nextStep: 'Resample the file onto the grid of its image.',
    });
  }
  const limit = TOLERANCE * Math.min(...a.spacing, ...b.spacing);
  throw new GeoscribeError('GeometryMismatchError', `Position differs from that of ${other}`, {
    file: options.file,
    field: 'affine',
    expected: `corners within ${limit.toFixed(3)} mm`,
    received: `a largest deviation of ${largestDeviation.toFixed(3)} mm`,
    nextStep: 'Correct the header, or pass --trust-image-geometry to use the geometry of the image.',
  });
}

export function sameDims(a: Vec3, b: Vec3): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

function outerCorner(dims: Vec3, corner: number): Vec3 {
  const side = (axis: 0 | 1 | 2): number => ((corner >> axis) & 1 ? dims[axis] - 0.5 : -0.5);
  return [side(0), side(1), side(2)];
}
