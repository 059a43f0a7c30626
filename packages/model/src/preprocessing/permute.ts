import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Box } from './crop.js';

/** Sizes after a permutation: axis `a` of the result is axis `order[a]` of the source. */
export function permuteShape(shape: TensorShape, order: TensorShape): TensorShape {
  return [shape[order[0]]!, shape[order[1]]!, shape[order[2]]!];
}

/** The permutation that undoes `order`. */
export function inverseOrder(order: TensorShape): TensorShape {
  return [order.indexOf(0), order.indexOf(1), order.indexOf(2)];
}

/** Permutes a box as `permuteShape` does a shape. */
export function permuteBox({ start, end }: Box, order: TensorShape): Box {
  return { start: permuteShape(start, order), end: permuteShape(end, order) };
}

/** Values written side by side where the source's fastest axis is not the target's: whole cache lines are read. */
const tile = 16;

/**
 * Permutes the axes of a grid.
 *
 * @param target filled and returned; same length as `source`; values are converted to its type.
 * @param source `[Z, Y, X]` of `shape`.
 * @param order axis `a` of the result is axis `order[a]` of the source.
 */
export function permuteInto<T extends Uint8Array | Float32Array>(target: T, source: T, shape: TensorShape, order: TensorShape): T {
  const strides: TensorShape = [shape[1] * shape[2], shape[2], 1];
  const size = permuteShape(shape, order);
  const from = permuteShape(strides, order);
  const to: TensorShape = [size[1] * size[2], size[2], 1];
  const fast = order.indexOf(2);
  const [slow, middle] = [0, 1, 2].filter((axis) => axis !== fast) as [number, number];
  for (let block = 0; block < size[fast]!; block += tile) {
    const end = Math.min(size[fast]!, block + tile);
    for (let a = 0; a < size[slow]!; a++) {
      for (let b = 0; b < size[middle]!; b++) {
        const source0 = a * from[slow]! + b * from[middle]!;
        const target0 = a * to[slow]! + b * to[middle]!;
        for (let c = block; c < end; c++) target[target0 + c * to[fast]!] = source[source0 + c]!;
      }
    }
  }
  return target;
}
