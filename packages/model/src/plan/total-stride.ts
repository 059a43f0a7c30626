import type { TensorShape } from '../morphology/tensor-shape.js';

/** Product of all strides per axis: the sizes a network takes are its multiples. */
export function totalStride(stages: readonly { stride: TensorShape }[]): TensorShape {
  return stages.reduce<TensorShape>((product, { stride }) => product.map((n, axis) => n * stride[axis]!) as TensorShape, [1, 1, 1]);
}
