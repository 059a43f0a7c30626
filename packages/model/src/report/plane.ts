import type { Geometry } from '@geoscribe/core-io';

export type PlaneName = 'axial' | 'coronal' | 'sagittal';

/** How a volume is cut and turned for display: axes are voxel axes 0 (x), 1 (y), 2 (z). */
export interface Plane {
  name: PlaneName;
  sliceAxis: number;
  /** Voxel axis along the picture's columns and rows, and whether the picture runs against it. */
  column: { axis: number; reversed: boolean };
  row: { axis: number; reversed: boolean };
  slices: number;
  /** Voxels. */
  width: number;
  height: number;
  /** mm along columns and rows. */
  spacing: [number, number];
}

/** Numbers on one slice, row by row from the top left. */
export interface Slice<T> {
  width: number;
  height: number;
  data: T;
}

const planeNames: PlaneName[] = ['sagittal', 'coronal', 'axial'];

/**
 * The plane to show a volume in: across its coarsest axis, or axial where no axis is clearly the coarsest.
 *
 * Pictures follow the radiological habit: patient's right on the left, anterior (sagittal: left) and superior at the
 * top; so each picture axis runs against its RAS+ axis.
 *
 * @param geometry voxel grid; oblique grids are shown along their own axes, named after the nearest anatomical ones.
 */
export function displayPlane(geometry: Geometry): Plane {
  const { dims, spacing } = geometry;
  const world = worldAxes(geometry);
  const axial = world.indexOf(2);
  const coarsest = [0, 1, 2].reduce((best, axis) => ((spacing[axis] ?? 0) > 1.1 * (spacing[best] ?? 0) ? axis : best), axial);
  const [columnWorld, rowWorld] = [0, 1, 2].filter((w) => w !== world[coarsest]) as [number, number];
  const column = world.indexOf(columnWorld);
  const row = world.indexOf(rowWorld);
  return {
    name: planeNames[world[coarsest] ?? 2] ?? 'axial',
    sliceAxis: coarsest,
    column: { axis: column, reversed: (geometry.affine[columnWorld * 4 + column] ?? 1) > 0 },
    row: { axis: row, reversed: (geometry.affine[rowWorld * 4 + row] ?? 1) > 0 },
    slices: dims[coarsest] ?? 1,
    width: dims[column] ?? 1,
    height: dims[row] ?? 1,
    spacing: [spacing[column] ?? 1, spacing[row] ?? 1],
  };
}

/** Copies slice `index` (0 is the first along the slice axis) of a flat volume, x fastest, turned for display. */
export function extractSlice<T extends Uint8Array | Float32Array>(data: T, geometry: Geometry, plane: Plane, index: number): Slice<T> {
  const { width, height } = plane;
  const strides = [1, geometry.dims[0], geometry.dims[0] * geometry.dims[1]];
  const step = (axis: number) => strides[axis] ?? 0;
  const out = data.slice(0, width * height) as T;
  for (let r = 0; r < height; r++) {
    const y = plane.row.reversed ? height - 1 - r : r;
    for (let c = 0; c < width; c++) {
      const x = plane.column.reversed ? width - 1 - c : c;
      out[r * width + c] = data[index * step(plane.sliceAxis) + y * step(plane.row.axis) + x * step(plane.column.axis)] ?? 0;
    }
  }
  return { width, height, data: out };
}

/** Number of voxels for which `counts(voxel)` holds, by slice. */
export function countBySlice(geometry: Geometry, plane: Plane, counts: (voxel: number) => boolean): number[] {
  const [nx, ny, nz] = geometry.dims;
  const totals = new Array<number>(plane.slices).fill(0);
  const position = [0, 0, 0];
  for (let z = 0, voxel = 0; z < nz; z++) {
    position[2] = z;
    for (let y = 0; y < ny; y++) {
      position[1] = y;
      for (let x = 0; x < nx; x++, voxel++) {
        if (!counts(voxel)) continue;
        position[0] = x;
        const slice = position[plane.sliceAxis] ?? 0;
        totals[slice] = (totals[slice] ?? 0) + 1;
      }
    }
  }
  return totals;
}

/** World axis (0 R, 1 A, 2 S) nearest to each voxel axis, each used once, the best aligned first. */
function worldAxes({ affine, spacing }: Geometry): number[] {
  const pairs = [0, 1, 2].flatMap((axis) =>
    [0, 1, 2].map((world) => ({ axis, world, cosine: Math.abs(affine[world * 4 + axis] ?? 0) / (spacing[axis] ?? 1) })),
  );
  pairs.sort((a, b) => b.cosine - a.cosine);
  const chosen = [-1, -1, -1];
  for (const { axis, world } of pairs) {
    if (chosen[axis] === -1 && !chosen.includes(world)) chosen[axis] = world;
  }
  return chosen;
}
