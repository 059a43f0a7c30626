import type { TensorShape } from '../morphology/tensor-shape.js';

/** Sizes after a permutation: axis `a` of the result is axis `order[a]` of the source. */
export function permuteShape(shape: TensorShape, order: TensorShape): TensorShape {
  return [shape[order[0]]!, shape[order[1]]!, shape[order[2]]!];
}

/** The permutation that undoes `order`. */
export function inverseOrder(order: TensorShape): TensorShape {
  return [order.indexOf(0), order.indexOf(1), order.indexOf(2)];
}

/**
 * Permutes the axes of a grid.
 *
 * @param target filled and returned; same length as `source`.
 * @param source `[Z, Y, X]` of `shape`.
 * @param order axis `a` of the result is axis `order[a]` of the source.
 */
export function permuteInto<T extends { [index: number]: number }>(
  target: T,
  source: ArrayLike<number>,
  shape: TensorShape,
  order: TensorShape,
): T {
  const strides: TensorShape = [shape[1] * shape[2], shape[2], 1];
  const [n0, n1, n2] = permuteShape(shape, order);
  const [s0, s1, s2] = permuteShape(strides, order);
  let to = 0;
  for (let a = 0; a < n0; a++) {
    for (let b = 0; b < n1; b++) {
      let from = a * s0 + b * s1;
      for (let c = 0; c < n2; c++, from += s2) target[to++] = source[from]!;
    }
  }
  return target;
}
