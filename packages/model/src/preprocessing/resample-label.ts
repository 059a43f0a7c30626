import type { TensorShape } from '../morphology/tensor-shape.js';
import { interpolationTaps } from './interpolation-taps.js';
import { resampleChoice, type Corners } from './resample-choice.js';

/**
 * Label resampling: the share of every label on its own, linear; the label of the largest share wins. A tie goes to the
 * nearest voxel's label where that is one of the tied, else to the lowest.
 *
 * @param options.label `[Z, Y, X]`; @returns uint8 on the target grid, a copy where both shapes are equal.
 *
 * Source: batchgenerators 0.25.5, `resize_segmentation`, as nnU-Net v2 calls it; see `docs/adr/0006-label-resampling.md`.
 */
export function resampleLabelLinear(options: {
  label: Uint8Array;
  shape: TensorShape;
  target: TensorShape;
  coarse: 0 | 1 | 2 | null;
}): Uint8Array {
  const { label } = options;
  return resampleChoice(options, (corners) => largestShare(label, corners));
}

function largestShare(label: Uint8Array, { index, weight, nearest }: Corners): number {
  const near = label[index[nearest]!]!;
  let winner = 0;
  let best = -1;
  for (let k = 0; k < 8; k++) {
    const value = label[index[k]!]!;
    if (value === winner && best >= 0) continue;
    let sum = 0;
    for (let other = 0; other < 8; other++) if (label[index[other]!] === value) sum += weight[other]!;
    // Shares that are equal but for the order of their sum are a tie.
    const share = Math.fround(sum);
    if (share > best || (share === best && winner !== near && (value === near || value < winner))) {
      best = share;
      winner = value;
    }
  }
  return winner;
}

/** Nearest-voxel resampling of any labels. */
export function resampleLabelNearest(options: { label: Uint8Array; shape: TensorShape; target: TensorShape }): Uint8Array {
  const { label, shape, target } = options;
  const [z, y, x] = shape.map((n, axis) => interpolationTaps(n, target[axis]!, 'nearest').first) as [Int32Array, Int32Array, Int32Array];
  const result = new Uint8Array(target[0] * target[1] * target[2]);
  let to = 0;
  for (const zz of z) {
    for (const yy of y) {
      const row = (zz * shape[1] + yy) * shape[2];
      for (const xx of x) result[to++] = label[row + xx]!;
    }
  }
  return result;
}
