import { fillHoles } from '../morphology/fill-holes.js';
import type { TensorShape } from '../morphology/tensor-shape.js';

/** Half-open box of voxels, `start <= voxel < end`, tensor order. */
export interface Box {
  start: TensorShape;
  end: TensorShape;
}

/**
 * Voxels that any channel has a value in, holes filled in 3-D.
 *
 * @param channels flat arrays of the same size, `[Z, Y, X]`.
 * @returns uint8 mask of 0 and 1.
 */
export function nonZeroMask(channels: ArrayLike<number>[], shape: TensorShape): Uint8Array {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (const channel of channels) {
    for (let voxel = 0; voxel < mask.length; voxel++) if (channel[voxel] !== 0) mask[voxel] = 1;
  }
  return fillHoles({ mask, shape });
}

/** Smallest box that holds every non-zero voxel of a mask, or null where there is none. */
export function boundingBox(mask: Uint8Array, shape: TensorShape): Box | null {
  const [nz, ny, nx] = shape;
  const start: TensorShape = [nz, ny, nx];
  const end: TensorShape = [0, 0, 0];
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = (z * ny + y) * nx;
      let first = 0;
      while (first < nx && mask[row + first] === 0) first++;
      if (first === nx) continue;
      let last = nx - 1;
      while (mask[row + last] === 0) last--;
      start[0] = Math.min(start[0], z);
      start[1] = Math.min(start[1], y);
      start[2] = Math.min(start[2], first);
      end[0] = z + 1;
      end[1] = Math.max(end[1], y + 1);
      end[2] = Math.max(end[2], last + 1);
    }
  }
  return end[0] === 0 ? null : { start, end };
}

export function boxShape(box: Box): TensorShape {
  return [box.end[0] - box.start[0], box.end[1] - box.start[1], box.end[2] - box.start[2]];
}

/** Copies the box of `source` into `target`, which has the box's size. */
export function cropInto<T extends { [index: number]: number }>(
  target: T,
  source: ArrayLike<number>,
  shape: TensorShape,
  box: Box,
): T {
  const [, ny, nx] = shape;
  let to = 0;
  for (let z = box.start[0]; z < box.end[0]; z++) {
    for (let y = box.start[1]; y < box.end[1]; y++) {
      const row = (z * ny + y) * nx;
      for (let x = box.start[2]; x < box.end[2]; x++) target[to++] = source[row + x]!;
    }
  }
  return target;
}

/** Copies `source`, which has the box's size, into the box of `target`. */
export function pasteInto<T extends { [index: number]: number }>(
  target: T,
  source: ArrayLike<number>,
  shape: TensorShape,
  box: Box,
): T {
  const [, ny, nx] = shape;
  let from = 0;
  for (let z = box.start[0]; z < box.end[0]; z++) {
    for (let y = box.start[1]; y < box.end[1]; y++) {
      const row = (z * ny + y) * nx;
      for (let x = box.start[2]; x < box.end[2]; x++) target[row + x] = source[from++]!;
    }
  }
  return target;
}
