import type { TensorShape } from '../morphology/tensor-shape.js';
import { gaussianImportance } from './gaussian-importance.js';
import type { Predictor } from './predictor.js';
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
  /** Patches handed to the network at once; default 1. */
  batch?: number;
  /** Of the model's calibration, see `fitTemperature`; default 1. */
  temperature?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Class probabilities of a volume of any size.
 *
 * Windows at half-patch steps over the volume, 0 beyond it where it is smaller than the patch (as much on both sides); mean
 * of the softmax weighted by a Gaussian; then the calibration.
 *
 * @returns float32 `[classes, Z, Y, X]`, sums to 1 over the classes
 * Errors: what the predictor throws; the signal's reason between batches.
 * Cost: `classes + 1` float32 arrays of the volume besides the image; the work is done in the predictor's thread.
 * Source: method section 6.
 */
export function slidingWindow(options: SlidingWindowOptions): Promise<Float32Array> {
  const { predictor, image, shape, channels, classes, patch, batch = 1, temperature = 1, onProgress, signal } = options;
  const starts = listStarts(shape, patch);
  const flips = listFlips(options.mirrorAxes ?? [false, false, false]);
  const copies = starts.length * flips.length;
  return predictor.predictWindows({
    image, shape, channels, classes, patch, starts, flips, batch, temperature,
    importance: gaussianImportance(patch),
    ...(onProgress !== undefined && { onDone: (done: number) => onProgress(done, copies) }),
    ...(signal !== undefined && { signal }),
  });
}

/** First voxels of all windows; before the volume where the patch is larger. */
function listStarts(shape: TensorShape, patch: TensorShape): TensorShape[] {
  const [zs, ys, xs] = shape.map((n, axis) => {
    const size = patch[axis]!;
    return n < size ? [-Math.floor((size - n) / 2)] : windowStarts(n, size);
  }) as [number[], number[], number[]];
  return zs.flatMap((z) => ys.flatMap((y) => xs.map((x): TensorShape => [z, y, x])));
}

function listFlips(mirrorAxes: readonly boolean[]): [boolean, boolean, boolean][] {
  const choices = [0, 1, 2].map((axis) => (mirrorAxes[axis] ? [false, true] : [false])) as [boolean[], boolean[], boolean[]];
  const [zs, ys, xs] = choices;
  return xs.flatMap((x) => ys.flatMap((y) => zs.map((z): [boolean, boolean, boolean] => [z, y, x])));
}
