import type { TensorShape } from '../morphology/tensor-shape.js';
import { forEachRow, mirrored, voxelCount } from './box.js';
import { gaussianImportance } from './gaussian-importance.js';
import type { Predictor } from './predictor.js';
import { softmaxInPlace } from './softmax.js';
import { windowStarts } from './window-starts.js';

export interface SlidingWindowOptions {
  predictor: Predictor;
  /** float32 `[channels, Z, Y, X]`, preprocessed. */
  image: Float32Array;
  shape: TensorShape;
  channels: number;
  /** C, background included. */
  classes: number;
  patch: TensorShape;
  /** Axes `[z, y, x]` whose mirrored predictions are averaged in; default none. */
  mirrorAxes?: readonly boolean[];
  /** Patches handed to the predictor at once; default 1. */
  batch?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

interface Window {
  start: TensorShape;
  flip: readonly boolean[];
}

/**
 * Class probabilities of a volume of any size.
 *
 * Pads with 0 to the patch, predicts windows at half-patch steps, adds softmax x Gaussian importance in float32, divides
 * by the summed importance and un-pads.
 *
 * @returns float32 `[classes, Z, Y, X]`, sums to 1 over the classes
 * Errors: what the predictor throws; the signal's reason between batches.
 * Cost: `classes + channels + 1` float32 arrays of the volume besides the image.
 * Source: method section 6.
 */
export async function slidingWindow(options: SlidingWindowOptions): Promise<Float32Array> {
  const { predictor, channels, classes, patch, batch = 1, onProgress, signal } = options;
  const padded = padToPatch(options);
  const windows = listWindows(padded.shape, patch, options.mirrorAxes ?? [false, false, false]);
  const importance = gaussianImportance(patch);
  const size = voxelCount(padded.shape);
  const sum = new Float32Array(classes * size);
  const weight = new Float32Array(size);

  for (let first = 0; first < windows.length; first += batch) {
    signal?.throwIfAborted();
    const group = windows.slice(first, first + batch);
    const logits = await predictor.predict(gather(padded.image, channels, padded.shape, patch, group), group.length, patch);
    group.forEach((window, i) => {
      const length = classes * voxelCount(patch);
      const probability = logits.subarray(i * length, (i + 1) * length);
      softmaxInPlace(probability, classes);
      const upright = window.flip.some(Boolean) ? mirrored(probability, classes, patch, window.flip) : probability;
      accumulate({ sum, weight, importance, probability: upright, classes, patch, shape: padded.shape, start: window.start });
    });
    onProgress?.(Math.min(first + batch, windows.length), windows.length);
  }
  return normalised(sum, weight, classes, padded.shape, options.shape, padded.offset);
}

function padToPatch(options: SlidingWindowOptions): { image: Float32Array; shape: TensorShape; offset: TensorShape } {
  const { image, shape, channels, patch } = options;
  const padded = shape.map((n, axis) => Math.max(n, patch[axis]!)) as TensorShape;
  const offset = shape.map((n, axis) => Math.floor((padded[axis]! - n) / 2)) as TensorShape;
  if (padded.every((n, axis) => n === shape[axis])) return { image, shape, offset };
  const result = new Float32Array(channels * voxelCount(padded));
  for (let c = 0; c < channels; c++) {
    const source = c * voxelCount(shape);
    const target = c * voxelCount(padded);
    forEachRow({ from: shape, fromStart: [0, 0, 0], to: padded, toStart: offset, size: shape }, (from, to, length) => {
      result.set(image.subarray(source + from, source + from + length), target + to);
    });
  }
  return { image: result, shape: padded, offset };
}

function listWindows(shape: TensorShape, patch: TensorShape, mirrorAxes: readonly boolean[]): Window[] {
  const [zs, ys, xs] = shape.map((n, axis) => windowStarts(n, patch[axis]!)) as [number[], number[], number[]];
  const flips = mirrorAxes.reduce<boolean[][]>(
    (found, mirrors) => (mirrors ? [...found.map((f) => [...f, false]), ...found.map((f) => [...f, true])] : found.map((f) => [...f, false])),
    [[]],
  );
  return zs.flatMap((z) => ys.flatMap((y) => xs.flatMap((x) => flips.map((flip) => ({ start: [z, y, x] as TensorShape, flip })))));
}

function gather(image: Float32Array, channels: number, shape: TensorShape, patch: TensorShape, windows: Window[]): Float32Array {
  const length = channels * voxelCount(patch);
  const input = new Float32Array(windows.length * length);
  windows.forEach(({ start, flip }, i) => {
    const patchData = input.subarray(i * length, (i + 1) * length);
    for (let c = 0; c < channels; c++) {
      const source = c * voxelCount(shape);
      const target = c * voxelCount(patch);
      forEachRow({ from: shape, fromStart: start, to: patch, toStart: [0, 0, 0], size: patch }, (from, to, n) => {
        patchData.set(image.subarray(source + from, source + from + n), target + to);
      });
    }
    if (flip.some(Boolean)) patchData.set(mirrored(patchData, channels, patch, flip));
  });
  return input;
}

function accumulate(input: {
  sum: Float32Array;
  weight: Float32Array;
  importance: Float32Array;
  probability: Float32Array;
  classes: number;
  patch: TensorShape;
  shape: TensorShape;
  start: TensorShape;
}): void {
  const { sum, weight, importance, probability, classes, patch, shape, start } = input;
  const size = voxelCount(shape);
  const patchSize = voxelCount(patch);
  forEachRow({ from: patch, fromStart: [0, 0, 0], to: shape, toStart: start, size: patch }, (from, to, length) => {
    for (let x = 0; x < length; x++) weight[to + x]! += importance[from + x]!;
    for (let c = 0; c < classes; c++) {
      const source = c * patchSize + from;
      const target = c * size + to;
      for (let x = 0; x < length; x++) sum[target + x]! += importance[from + x]! * probability[source + x]!;
    }
  });
}

function normalised(
  sum: Float32Array,
  weight: Float32Array,
  classes: number,
  padded: TensorShape,
  shape: TensorShape,
  offset: TensorShape,
): Float32Array {
  const size = voxelCount(shape);
  const result = new Float32Array(classes * size);
  for (let c = 0; c < classes; c++) {
    const source = c * voxelCount(padded);
    forEachRow({ from: padded, fromStart: offset, to: shape, toStart: [0, 0, 0], size: shape }, (from, to, length) => {
      for (let x = 0; x < length; x++) result[c * size + to + x] = sum[source + from + x]! / weight[from + x]!;
    });
  }
  return result;
}
