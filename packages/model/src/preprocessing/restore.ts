import { GeoscribeError } from '@geoscribe/campaign';
import { toTensorShape, type Volume } from '@geoscribe/core-io';
import { argmax } from '../inference/softmax.js';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from './case-properties.js';
import { pasteInto } from './crop.js';
import { inverseOrder, permuteBox, permuteInto, permuteShape } from './permute.js';
import { resampleChoice } from './resample-choice.js';
import { resampleLabelNearest } from './resample-label.js';
import { coarseAxis, resampleLinear } from './resample.js';

/**
 * The label map of a probability map on the image's own grid: each class resampled to the cropped grid (linear, nearest
 * along a coarse axis), argmax with ties to the lower class, background outside the crop, axes back.
 *
 * Where the voxels around a position agree on their most probable class, that class is the result of interpolating all
 * of them: only elsewhere probabilities are interpolated.
 *
 * @param options.probability float `[C, Z, Y, X]` on the plan's grid.
 * @param options.classes C, background included.
 * @param options.properties of the image, from `preprocessImage`.
 * @returns uint8 volume with the geometry of the source.
 * @throws GeoscribeError `InvalidArgumentError` where the array does not have C times the voxels of the plan's grid.
 *
 * Cost: one pass over the probabilities and one over the cropped grid, 5 bytes a voxel of the plan's grid and 2 of the
 * cropped one.
 */
export function restoreProbability(options: {
  probability: Float32Array;
  classes: number;
  properties: CaseProperties;
  plan: Plan;
}): { labelMap: Volume<Uint8Array> } {
  const { probability, classes, properties, plan } = options;
  const { shape, shapeAfterCrop } = properties;
  const voxels = product(shape);
  checkLength(probability, classes * voxels, 'probability');
  const label = argmax(probability, classes);
  const grids = { label, shape, target: shapeAfterCrop, coarse: coarseAxisBack(properties, plan) };
  const cropped = resampleChoice(grids, ({ index, weight }) => mostProbable(probability, { index, weight, classes, voxels }));
  return { labelMap: toSource(cropped, new Uint8Array(product(properties.source.dims)), properties) };
}

function mostProbable(
  probability: Float32Array,
  { index, weight, classes, voxels }: { index: Int32Array; weight: Float64Array; classes: number; voxels: number },
): number {
  let winner = 0;
  let best = -Infinity;
  for (let c = 0; c < classes; c++) {
    let sum = 0;
    for (let k = 0; k < 8; k++) sum += weight[k]! * probability[c * voxels + index[k]!]!;
    // Sums that are equal but for the order of their terms are a tie.
    const p = Math.fround(sum);
    if (p > best) {
      best = p;
      winner = c;
    }
  }
  return winner;
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
  const { shape, shapeAfterCrop } = properties;
  return resampleLinear({ data, shape, target: shapeAfterCrop, coarse: coarseAxisBack(properties, plan) });
}

function coarseAxisBack({ source, transposeForward }: CaseProperties, plan: Plan): ReturnType<typeof coarseAxis> {
  return coarseAxis(plan.targetSpacing, permuteShape(toTensorShape(source.spacing), transposeForward));
}

/** Puts the cropped grid, axes back, into `empty`, which has the source's size and the value of the outside. */
function toSource<T extends Uint8Array | Float32Array>(cropped: T, empty: T, properties: CaseProperties): Volume<T> {
  const { source, transposeForward, crop, shapeAfterCrop } = properties;
  const backward = inverseOrder(transposeForward);
  const isPermuted = transposeForward.some((axis, a) => axis !== a);
  const inOrder = isPermuted ? permuteInto(cropped.slice() as T, cropped, shapeAfterCrop, backward) : cropped;
  const data = pasteInto(empty, inOrder, toTensorShape(source.dims), permuteBox(crop, backward));
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
