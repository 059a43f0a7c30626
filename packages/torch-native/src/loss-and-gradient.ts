import { check, isWhole, voxelCount } from './checks.js';
import { fromNativeSync, torch } from './native.js';
import type { CrossEntropyNorm, DiceSums } from './types.js';

/**
 * The training loss and its gradient in float64, as the trainer computes them in float32: for tests and derivations.
 *
 * `sum_h weight_h (CE_h - Dice_h)`; per head CE is the confidence-weighted cross-entropy, Dice the mean over foreground
 * classes of `(2 TP + 1e-5) / (2 TP + FP + FN + 1e-5)`, all sums weighted by the confidence. Head weights are
 * `1, 1/2, 1/4, ...`, the lowest 0 (a single head keeps 1), normalised to sum 1.
 *
 * @param options - `logits` per head, finest first, `[N, C, Z/s, Y/s, X/s]`; `strides` `[sz, sy, sx]` of each head
 * (default `2^i` on every axis): its targets are every s-th voxel; `shape` `[z, y, x]`; `label` `[N, Z, Y, X]` in 0..C-1;
 * `confidence` `[N, Z, Y, X]` in [0, 1].
 * @returns one gradient per head, of its logits' shape.
 * @throws InvalidArgumentError.
 */
export function lossAndGradient(options: {
  logits: Float64Array[];
  strides?: [number, number, number][];
  batch: number;
  classes: number;
  shape: [number, number, number];
  label: Uint8Array;
  confidence: Float64Array;
  crossEntropyNorm?: CrossEntropyNorm;
  diceSums?: DiceSums;
}): { loss: number; gradients: Float64Array[] } {
  const { logits, batch, classes, shape, label, confidence } = options;
  const strides = options.strides ?? logits.map((_, head): [number, number, number] => [2 ** head, 2 ** head, 2 ** head]);
  const voxels = batch * voxelCount(shape);
  check(isWhole(voxels, 1) && isWhole(classes, 2), 'shape', 'a batch with voxels and at least 2 classes', { batch, classes, shape });
  check(strides.length === logits.length && logits.length > 0, 'strides', 'one per head', strides);
  for (const stride of strides) {
    check(shape.every((size, axis) => size % stride[axis]! === 0), 'shape', `multiples of ${JSON.stringify(stride)}`, shape);
  }
  logits.forEach((head, index) => {
    const expected = (voxels * classes) / voxelCount(strides[index]!);
    check(head instanceof Float64Array && head.length === expected, `logits[${index}]`, `Float64Array of ${expected}`, head);
  });
  check(label.length === voxels && label.every((value) => value < classes), 'label', `${voxels} labels below ${classes}`, label);
  check(confidence instanceof Float64Array && confidence.length === voxels, 'confidence', `Float64Array of ${voxels}`, confidence);
  return fromNativeSync(() => torch().lossAndGradient({ crossEntropyNorm: 'confidence', diceSums: 'sample', ...options, strides }));
}
