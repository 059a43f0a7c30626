import { GeoscribeError } from '@geoscribe/campaign';
import { toTensorShape, type Volume } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from './case-properties.js';
import { pasteInto } from './crop.js';
import { inverseOrder, permuteInto, permuteShape } from './permute.js';
import { coarseAxis, resampleLabelNearest, resampleLinear } from './resample.js';

/**
 * The label map of a probability map on the image's own grid: each class resampled to the cropped grid (linear, nearest
 * along a coarse axis), argmax with ties to the lower class, background outside the crop, axes back.
 *
 * @param options.probability float `[C, Z, Y, X]` on the plan's grid.
 * @param options.classes C, background included.
 * @param options.properties of the image, from `preprocessImage`.
 * @returns uint8 volume with the geometry of the source.
 * @throws GeoscribeError `InvalidArgumentError` where the array does not have C times the voxels of the plan's grid.
 *
 * Cost: one class at a time, about 13 bytes a voxel of the cropped grid.
 */
export function restoreProbability(options: {
  probability: Float32Array;
  classes: number;
  properties: CaseProperties;
  plan: Plan;
}): { labelMap: Volume<Uint8Array> } {
  const { probability, classes, properties, plan } = options;
  const voxels = product(properties.shape);
  checkLength(probability, classes * voxels, 'probability');
  const croppedVoxels = product(properties.shapeAfterCrop);
  const best = new Float32Array(croppedVoxels).fill(-Infinity);
  const label = new Uint8Array(croppedVoxels);
  for (let c = 0; c < classes; c++) {
    const p = toCroppedGrid(probability.subarray(c * voxels, (c + 1) * voxels), properties, plan);
    for (let i = 0; i < croppedVoxels; i++) {
      if (p[i]! > best[i]!) {
        best[i] = p[i]!;
        label[i] = c;
      }
    }
  }
  return { labelMap: toSource(label, new Uint8Array(product(properties.source.dims)), properties) };
}

/**
 * A scalar map (confidence, uncertainty) on the image's own grid, resampled as probabilities are.
 *
 * @param options.values float `[Z, Y, X]` on the plan's grid.
 * @param options.outside value beyond the crop, 0 by default.
 * @returns float32 volume with the geometry of the source.
 * @throws GeoscribeError `InvalidArgumentError` for an array of another size.
 */
export function restoreScalar(options: {
  values: Float32Array;
  properties: CaseProperties;
  plan: Plan;
  outside?: number;
}): Volume<Float32Array> {
  const { values, properties, plan, outside = 0 } = options;
  checkLength(values, product(properties.shape), 'values');
  const empty = new Float32Array(product(properties.source.dims)).fill(outside);
  return toSource(toCroppedGrid(values, properties, plan), empty, properties);
}

/**
 * A label map of the plan's grid (a pseudo label) on the image's own grid, nearest voxel, background outside the crop.
 *
 * @param options.label uint8 `[Z, Y, X]` on the plan's grid.
 * @returns uint8 volume with the geometry of the source.
 * @throws GeoscribeError `InvalidArgumentError` for an array of another size.
 */
export function restoreLabel(options: { label: Uint8Array; properties: CaseProperties }): Volume<Uint8Array> {
  const { label, properties } = options;
  checkLength(label, product(properties.shape), 'label');
  const cropped = resampleLabelNearest({ label, shape: properties.shape, target: properties.shapeAfterCrop });
  return toSource(cropped, new Uint8Array(product(properties.source.dims)), properties);
}

function toCroppedGrid(data: Float32Array, properties: CaseProperties, plan: Plan): Float32Array {
  const { shape, shapeAfterCrop, source, transposeForward } = properties;
  const spacing = permuteShape(toTensorShape(source.spacing), transposeForward);
  const coarse = coarseAxis(plan.targetSpacing, spacing);
  return resampleLinear({ data, shape, target: shapeAfterCrop, coarse });
}

/** Pastes the cropped grid into `empty`, which has the source's size and the value of the outside, axes back. */
function toSource<T extends Uint8Array | Float32Array>(cropped: T, empty: T, properties: CaseProperties): Volume<T> {
  const { source, transposeForward, crop } = properties;
  const shape = permuteShape(toTensorShape(source.dims), transposeForward);
  const permuted = pasteInto(empty, cropped, shape, crop);
  const data = permuteInto(empty.slice() as T, permuted, shape, inverseOrder(transposeForward));
  return { geometry: { dims: [...source.dims], spacing: [...source.spacing], affine: [...source.affine] }, data };
}

function checkLength(array: ArrayLike<number>, expected: number, field: string): void {
  if (array.length !== expected) {
    throw new GeoscribeError('InvalidArgumentError', "An array is not on the plan's grid", {
      field,
      expected: `${expected} elements`,
      received: String(array.length),
    });
  }
}

function product(sizes: [number, number, number]): number {
  return sizes[0] * sizes[1] * sizes[2];
}
