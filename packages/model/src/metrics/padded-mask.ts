import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Box } from './label-overlap.js';

/**
 * What lies beyond the volume: `closed`, background, so that a label at a face has a surface there, or `open`, unknown, so
 * that a label which the face cuts has no surface there.
 */
export type Faces = 'closed' | 'open';

/** A label as a mask of 0 and 1 on its box, with one voxel around. */
export interface PaddedMask {
  data: Uint8Array;
  /** `[z, y, x]`, the padding included. */
  shape: TensorShape;
  /** By axis, whether the padding at its low and high end is open: there it is 1. */
  open: [low: boolean, high: boolean][];
}

/** Cuts a label out of a label map `[Z, Y, X]` of the given shape. */
export function paddedMask(options: {
  labels: ArrayLike<number>;
  shape: TensorShape;
  label: number;
  box: Box;
  faces: Faces;
}): PaddedMask {
  const { labels, shape, label, box, faces } = options;
  const { start, shape: size } = box;
  const padded: TensorShape = [size[0] + 2, size[1] + 2, size[2] + 2];
  const data = new Uint8Array(padded[0] * padded[1] * padded[2]);
  for (let z = 0; z < size[0]; z++) {
    for (let y = 0; y < size[1]; y++) {
      const from = ((z + start[0]) * shape[1] + y + start[1]) * shape[2] + start[2];
      const to = ((z + 1) * padded[1] + y + 1) * padded[2] + 1;
      for (let x = 0; x < size[2]; x++) data[to + x] = labels[from + x] === label ? 1 : 0;
    }
  }
  const open = shape.map((n, axis): [boolean, boolean] => [
    faces === 'open' && start[axis] === 0,
    faces === 'open' && start[axis]! + size[axis]! === n,
  ]);
  open.forEach(([low, high], axis) => {
    if (low) fillPlane(data, padded, axis, 0);
    if (high) fillPlane(data, padded, axis, padded[axis]! - 1);
  });
  return { data, shape: padded, open };
}

function fillPlane(data: Uint8Array, [nz, ny, nx]: TensorShape, axis: number, index: number): void {
  const [stepZ, stepY] = [ny * nx, nx];
  const at = index * [stepZ, stepY, 1][axis]!;
  for (let a = 0; a < (axis === 0 ? ny : nz); a++) {
    for (let b = 0; b < (axis === 2 ? ny : nx); b++) data[at + a * (axis === 0 ? stepY : stepZ) + b * (axis === 2 ? stepY : 1)] = 1;
  }
}

/** Indices of the mask's voxels that have a 6-neighbour outside it, ascending. */
export function borderVoxels({ data, shape: [nz, ny, nx] }: PaddedMask): Int32Array {
  const plane = ny * nx;
  const border: number[] = [];
  for (let z = 1; z < nz - 1; z++) {
    for (let y = 1; y < ny - 1; y++) {
      const row = (z * ny + y) * nx;
      for (let v = row + 1; v < row + nx - 1; v++) {
        if (data[v] === 0) continue;
        const inner = data[v - 1]! & data[v + 1]! & data[v - nx]! & data[v + nx]! & data[v - plane]! & data[v + plane]!;
        if (inner === 0) border.push(v);
      }
    }
  }
  return Int32Array.from(border);
}

/** The cells between voxel centres that the surface of a mask runs through; none beyond an open face. */
export interface SurfaceCells {
  /** `[z, y, x]` of the grid of cells. */
  shape: TensorShape;
  /** Indices of cells with labelled and unlabelled corners, ascending. */
  cells: Int32Array;
  /** Which corners are labelled, a code of `surfacePatchAreas`, by entry of `cells`. */
  codes: Uint8Array;
}

export function surfaceCells({ data, shape: [nz, ny, nx], open }: PaddedMask): SurfaceCells {
  const plane = ny * nx;
  const shape: TensorShape = [nz - 1, ny - 1, nx - 1];
  const cells: number[] = [];
  const codes: number[] = [];
  const [z, y, x] = shape.map((n, axis) => [open[axis]![0] ? 1 : 0, open[axis]![1] ? n - 1 : n]) as [Range, Range, Range];
  for (let k = z[0]; k < z[1]; k++) {
    for (let j = y[0]; j < y[1]; j++) {
      const row = (k * ny + j) * nx;
      const cellRow = (k * shape[1] + j) * shape[2];
      let left = column(data, row + x[0], nx, plane);
      for (let i = x[0]; i < x[1]; i++) {
        const right = column(data, row + i + 1, nx, plane);
        const code = left | (right << 1);
        left = right;
        if (code === 0 || code === 255) continue;
        cells.push(cellRow + i);
        codes.push(code);
      }
    }
  }
  return { shape, cells: Int32Array.from(cells), codes: Uint8Array.from(codes) };
}

type Range = [first: number, end: number];

/** Bits of the four corners of a cell's low x side, by `4 z + 2 y`. */
function column(data: Uint8Array, v: number, nx: number, plane: number): number {
  return data[v]! | (data[v + nx]! << 2) | (data[v + plane]! << 4) | (data[v + plane + nx]! << 6);
}
