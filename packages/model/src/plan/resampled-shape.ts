import type { TensorShape } from '../morphology/tensor-shape.js';
import { roundHalfEven } from './round-half-even.js';

/**
 * Shape of a grid after resampling to another spacing: `round(spacing / target * shape)`, a half to the even number.
 *
 * @returns voxels per axis, at least 1.
 */
export function resampledShape(shape: TensorShape, spacing: TensorShape, target: TensorShape): TensorShape {
  return shape.map((n, axis) => Math.max(1, roundHalfEven((spacing[axis]! / target[axis]!) * n))) as TensorShape;
}
