import type { Volume, VoxelArray } from '@geoscribe/core-io';
import type { TensorShape } from '../morphology/tensor-shape.js';

/** Half-open box of voxels, `start <= voxel < end`, tensor order. */
export interface Box {
  start: TensorShape;
  end: TensorShape;
}

/** Smallest box that holds every non-zero voxel, or null where there is none. */
export function boundingBox(values: VoxelArray, shape: TensorShape): Box | null {
  const [nz, ny, nx] = shape;
  const start: TensorShape = [nz, ny, nx];
  const end: TensorShape = [0, 0, 0];
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = (z * ny + y) * nx;
      let first = 0;
      while (first < nx && values[row + first] === 0) first++;
      if (first === nx) continue;
      let last = nx - 1;
      while (values[row + last] === 0) last--;
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

/**
 * Smallest box that holds every voxel in which some channel is not 0.
 *
 * @param channels of one grid, not all of them 0 everywhere.
 */
export function nonZeroBox(channels: Volume[], shape: TensorShape): Box {
  const boxes = channels.map(({ data }) => boundingBox(data, shape)).filter((box) => box !== null);
  const start = [0, 1, 2].map((axis) => Math.min(...boxes.map((box) => box.start[axis]!)));
  const end = [0, 1, 2].map((axis) => Math.max(...boxes.map((box) => box.end[axis]!)));
  return { start: start as TensorShape, end: end as TensorShape };
}

/** Copies the box of `source` into `target`, which has the box's size; values are converted to the target's type. */
export function cropInto<T extends Uint8Array | Float32Array | Float64Array>(target: T, source: VoxelArray, shape: TensorShape, box: Box): T {
  const [, ny, nx] = shape;
  const width = box.end[2] - box.start[2];
  let to = 0;
  for (let z = box.start[0]; z < box.end[0]; z++) {
    for (let y = box.start[1]; y < box.end[1]; y++, to += width) {
      const row = (z * ny + y) * nx;
      target.set(source.subarray(row + box.start[2], row + box.end[2]), to);
    }
  }
  return target;
}

/** Copies `source`, which has the box's size, into the box of `target`. */
export function pasteInto<T extends Uint8Array | Float32Array>(target: T, source: T, shape: TensorShape, box: Box): T {
  const [, ny, nx] = shape;
  const width = box.end[2] - box.start[2];
  let from = 0;
  for (let z = box.start[0]; z < box.end[0]; z++) {
    for (let y = box.start[1]; y < box.end[1]; y++, from += width) {
      target.set(source.subarray(from, from + width), (z * ny + y) * nx + box.start[2]);
    }
  }
  return target;
}
