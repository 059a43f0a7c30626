import { toTensorShape } from '@geoscribe/core-io';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from '../preprocessing/case-properties.js';
import { inverseOrder, permuteShape } from '../preprocessing/permute.js';

/** Ratio of two spacings or extents above which a network may not know what it sees. */
const unusual = 3;

/**
 * What a network should not be trusted with: a case whose spacing is more than 3 times larger or smaller, along an axis, than
 * the one the network was trained at, or whose extent after the crop is, than the median of the training cases.
 *
 * @returns a sentence with both values in mm along x, y and z of the image; null for a case like the others.
 */
export function unusualGrid({ source, shapeAfterCrop }: CaseProperties, plan: Plan): string | null {
  const { targetSpacing, medianShape, transposeForward } = plan;
  const spacing = permuteShape(toTensorShape(source.spacing), transposeForward);
  const extent = product(spacing, shapeAfterCrop);
  const medianExtent = product(targetSpacing, medianShape);
  const inWords = (mm: TensorShape): string =>
    `${toTensorShape(permuteShape(mm, inverseOrder(transposeForward))).map((value) => Number(value.toPrecision(3))).join(' x ')} mm`;
  const spacings = `spacing ${inWords(spacing)}, the network's ${inWords(targetSpacing)}`;
  const extents = `extent ${inWords(extent)}, the median of the training cases ${inWords(medianExtent)}`;
  const isSpacingUnusual = differs(spacing, targetSpacing);
  if (!isSpacingUnusual && !differs(extent, medianExtent)) return null;
  const what = isSpacingUnusual ? 'voxels' : 'volumes';
  return `The network was trained on ${what} of another size, look at the result with care: ${spacings}; ${extents} (x, y, z).`;
}

function differs(one: TensorShape, other: TensorShape): boolean {
  return one.some((value, axis) => value > unusual * other[axis]! || value * unusual < other[axis]!);
}

function product(one: TensorShape, other: TensorShape): TensorShape {
  return one.map((value, axis) => value * other[axis]!) as TensorShape;
}
