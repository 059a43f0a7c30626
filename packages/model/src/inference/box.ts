import type { TensorShape } from '../morphology/tensor-shape.js';

export function voxelCount(shape: TensorShape): number {
  return shape[0] * shape[1] * shape[2];
}

/** The part of a window that lies in the volume: where it begins in the volume and in the window, and its size. */
export function overlapBox(
  start: TensorShape,
  patch: TensorShape,
  shape: TensorShape,
): { inVolume: TensorShape; inWindow: TensorShape; size: TensorShape } {
  const inVolume = start.map((n) => Math.max(n, 0)) as TensorShape;
  return {
    inVolume,
    inWindow: inVolume.map((n, axis) => n - start[axis]!) as TensorShape,
    size: inVolume.map((n, axis) => Math.min(start[axis]! + patch[axis]!, shape[axis]!) - n) as TensorShape,
  };
}

/** Calls `row(from, to, length)` for every x-row that a box of `from`'s grid shares with a box of `to`'s grid. */
export function forEachRow(
  input: { from: TensorShape; fromStart: TensorShape; to: TensorShape; toStart: TensorShape; size: TensorShape },
  row: (from: number, to: number, length: number) => void,
): void {
  const { from, fromStart, to, toStart, size } = input;
  for (let z = 0; z < size[0]; z++) {
    for (let y = 0; y < size[1]; y++) {
      const a = ((fromStart[0] + z) * from[1] + fromStart[1] + y) * from[2] + fromStart[2];
      const b = ((toStart[0] + z) * to[1] + toStart[1] + y) * to[2] + toStart[2];
      row(a, b, size[2]);
    }
  }
}

/**
 * Copy of `[channels, Z, Y, X]` data mirrored along axes.
 *
 * @param axes of `[z, y, x]`: true reverses the axis
 */
export function mirrored(data: Float32Array, channels: number, shape: TensorShape, axes: readonly boolean[]): Float32Array {
  const [nz, ny, nx] = shape;
  const result = new Float32Array(data.length);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        const source = ((c * nz + (axes[0] ? nz - 1 - z : z)) * ny + (axes[1] ? ny - 1 - y : y)) * nx;
        if (axes[2]) for (let x = nx - 1; x >= 0; x--) result[at++] = data[source + x]!;
        else {
          result.set(data.subarray(source, source + nx), at);
          at += nx;
        }
      }
    }
  }
  return result;
}
