import { toTensorShape, type VoxelArray } from '@geoscribe/core-io';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from './case-properties.js';
import { boxShape, cropInto } from './crop.js';
import { inverseOrder, permuteBox, permuteInto, permuteShape } from './permute.js';
import { coarseAxis } from './resample.js';

/** An array before the last step of preprocessing, with what that step, resampling, needs to know. */
export interface CroppedArray<T> {
  /** `[Z, Y, X]` of `shape`. */
  data: T;
  /** `properties.shapeAfterCrop`. */
  shape: TensorShape;
  /** Shape on the plan's grid. */
  target: TensorShape;
  coarse: ReturnType<typeof coarseAxis>;
}

/**
 * An array of an image's own grid, cropped and permuted as that image was.
 *
 * @param data one value a voxel of `properties.source`, x fastest.
 * @param properties of the image, from `preprocessImage`.
 * @param create an array of this length, of the type to compute in.
 * @returns a copy, never a view of `data`.
 */
export function cropToPlan<T extends Uint8Array | Float32Array>(
  data: VoxelArray,
  properties: CaseProperties,
  plan: Plan,
  create: (length: number) => T,
): CroppedArray<T> {
  const { source, transposeForward, crop, shapeAfterCrop, shape } = properties;
  const box = permuteBox(crop, inverseOrder(transposeForward));
  const length = shapeAfterCrop[0] * shapeAfterCrop[1] * shapeAfterCrop[2];
  const cropped = cropInto(create(length), data, toTensorShape(source.dims), box);
  const isPermuted = transposeForward.some((axis, a) => axis !== a);
  const spacing = permuteShape(toTensorShape(source.spacing), transposeForward);
  return {
    data: isPermuted ? permuteInto(create(length), cropped, boxShape(box), transposeForward) : cropped,
    shape: shapeAfterCrop,
    target: shape,
    coarse: coarseAxis(spacing, plan.targetSpacing),
  };
}
