import type { TensorShape } from '../morphology/tensor-shape.js';
import { forEachRow, mirrored, overlapBox, voxelCount } from './box.js';
import type { Predictor, PredictPatches, WindowTask } from './predictor.js';
import { softmaxInPlace } from './softmax.js';
import { temperInPlace } from './temper.js';

interface Window {
  start: TensorShape;
  flip: readonly boolean[];
}

/** Predictor from a function that predicts patches; everything else is done here, on the calling thread. */
export function patchPredictor(predictPatches: PredictPatches): Predictor {
  return { predictWindows: (task) => predictWindows(task, predictPatches) };
}

async function predictWindows(task: WindowTask, predictPatches: PredictPatches): Promise<Float32Array> {
  const { shape, patch, classes, batch, temperature, starts, flips, onDone, signal } = task;
  const windows = starts.flatMap((start) => flips.map((flip): Window => ({ start, flip })));
  const sum = new Float32Array(classes * voxelCount(shape));
  const weight = new Float32Array(voxelCount(shape));
  for (let first = 0; first < windows.length; first += batch) {
    signal?.throwIfAborted();
    const group = windows.slice(first, first + batch);
    const logits = await predictPatches(gather(task, group), group.length, patch);
    const length = classes * voxelCount(patch);
    group.forEach(({ start, flip }, i) => {
      const probability = logits.subarray(i * length, (i + 1) * length);
      softmaxInPlace(probability, classes);
      const upright = flip.some(Boolean) ? mirrored(probability, classes, patch, flip) : probability;
      accumulate(task, { sum, weight, probability: upright, start });
    });
    onDone?.(Math.min(first + batch, windows.length));
  }
  signal?.throwIfAborted();
  for (let c = 0; c < classes; c++) {
    const values = sum.subarray(c * weight.length, (c + 1) * weight.length);
    for (let v = 0; v < weight.length; v++) values[v]! /= weight[v]!;
  }
  if (temperature !== 1) temperInPlace(sum, classes, temperature);
  return sum;
}

function gather({ image, shape, channels, patch }: WindowTask, windows: Window[]): Float32Array {
  const length = channels * voxelCount(patch);
  const input = new Float32Array(windows.length * length);
  windows.forEach(({ start, flip }, i) => {
    const patchData = input.subarray(i * length, (i + 1) * length);
    const { inVolume, inWindow, size } = overlapBox(start, patch, shape);
    for (let c = 0; c < channels; c++) {
      const source = c * voxelCount(shape);
      const target = c * voxelCount(patch);
      forEachRow({ from: shape, fromStart: inVolume, to: patch, toStart: inWindow, size }, (from, to, n) => {
        patchData.set(image.subarray(source + from, source + from + n), target + to);
      });
    }
    if (flip.some(Boolean)) patchData.set(mirrored(patchData, channels, patch, flip));
  });
  return input;
}

function accumulate(
  { shape, patch, classes, importance }: WindowTask,
  { sum, weight, probability, start }: { sum: Float32Array; weight: Float32Array; probability: Float32Array; start: TensorShape },
): void {
  const volumeSize = voxelCount(shape);
  const patchSize = voxelCount(patch);
  const { inVolume, inWindow, size } = overlapBox(start, patch, shape);
  forEachRow({ from: patch, fromStart: inWindow, to: shape, toStart: inVolume, size }, (from, to, length) => {
    for (let x = 0; x < length; x++) weight[to + x]! += importance[from + x]!;
    for (let c = 0; c < classes; c++) {
      const source = c * patchSize + from;
      const target = c * volumeSize + to;
      for (let x = 0; x < length; x++) sum[target + x]! += importance[from + x]! * probability[source + x]!;
    }
  });
}
