import { describe, expect, test } from 'vitest';
import { gaussianImportance } from '../../src/inference/gaussian-importance.js';
import { patchPredictor } from '../../src/inference/patch-predictor.js';
import type { PredictPatches } from '../../src/inference/predictor.js';
import { slidingWindow } from '../../src/inference/sliding-window.js';
import { argmax } from '../../src/inference/softmax.js';
import { windowStarts } from '../../src/inference/window-starts.js';

type Triple = [number, number, number];

/** Two classes whose logits are 0 and the voxel's own value: probability of class 1 is the logistic function of it. */
const ownValue: PredictPatches = async (input, batch, shape) => {
  const voxels = shape[0] * shape[1] * shape[2];
  const logits = new Float32Array(batch * 2 * voxels);
  for (let n = 0; n < batch; n++) logits.set(input.subarray(n * voxels, (n + 1) * voxels), (2 * n + 1) * voxels);
  return logits;
};
const pointwise = patchPredictor(ownValue);

const wave = (shape: Triple): Float32Array =>
  Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => 3 * Math.sin(i * 0.37));

describe('windowStarts', () => {
  test.each([
    [40, 40, [0]],
    [41, 40, [0, 1]],
    [60, 40, [0, 20]],
    [61, 40, [0, 10, 21]],
    [100, 40, [0, 20, 40, 60]],
    [45, 40, [0, 5]],
    // 5 * 1 / 2 = 2.5 goes to the even 2, as numpy rounds.
    [13, 8, [0, 2, 5]],
  ])('size %i, patch %i', (size, patch, expected) => {
    expect(windowStarts(size, patch)).toEqual(expected);
  });

  test('steps never exceed half a patch and reach both ends', () => {
    for (let size = 16; size < 90; size++) {
      const starts = windowStarts(size, 16);
      expect([starts[0], starts.at(-1)]).toEqual([0, size - 16]);
      for (let i = 1; i < starts.length; i++) expect(starts[i]! - starts[i - 1]!).toBeLessThanOrEqual(8);
    }
  });
});

describe('gaussianImportance', () => {
  test('is 1 in the middle, symmetric and has sigma patch / 8', () => {
    const weights = gaussianImportance([1, 1, 9]);
    expect(weights[4]).toBe(1);
    expect([...weights].reverse()).toEqual([...weights]);
    // float32 rounding of exp(-1 / (2 * 1.125^2)).
    expect(weights[5]).toBeCloseTo(Math.exp(-1 / (2 * 1.125 ** 2)), 6);
  });

  test('is nowhere 0, even at the corners of a large patch', () => {
    expect(gaussianImportance([64, 64, 64]).every((w) => w > 0)).toBe(true);
  });
});

describe('slidingWindow', () => {
  test.each<[Triple, Triple, number]>([
    [[9, 20, 33], [8, 8, 16], 3],
    [[3, 5, 4], [8, 8, 8], 1],
    [[8, 8, 8], [8, 8, 8], 4],
    [[5, 21, 8], [8, 8, 8], 2],
  ])('reproduces a pointwise function of a %j volume with patch %j', async (shape, patch, batch) => {
    const image = wave(shape);
    const probability = await slidingWindow({ predictor: pointwise, image, shape, channels: 1, classes: 2, patch, batch });
    const voxels = image.length;
    for (let v = 0; v < voxels; v++) {
      // A few float32 roundings: softmax, importance, sum, division.
      expect(probability[voxels + v]).toBeCloseTo(1 / (1 + Math.exp(-image[v]!)), 5);
      expect(probability[v]! + probability[voxels + v]!).toBeCloseTo(1, 5);
    }
  });

  test('weighs overlapping windows by their importance', async () => {
    // Each call answers with its own number: class 1 probability p_k everywhere in window k.
    let call = 0;
    const levels = [0.2, 0.7];
    const predictor = patchPredictor(async () => {
      const p = levels[call++]!;
      return Float32Array.from({ length: 2 * 8 }, (_, i) => (i < 8 ? 0 : Math.log(p / (1 - p))));
    });
    const probability = await slidingWindow({
      predictor, image: new Float32Array(12), shape: [1, 1, 12], channels: 1, classes: 2, patch: [1, 1, 8],
    });
    const g = gaussianImportance([1, 1, 8]);
    for (let x = 0; x < 12; x++) {
      const [a, b] = [x < 8 ? g[x]! : 0, x >= 4 ? g[x - 4]! : 0];
      expect(probability[12 + x]).toBeCloseTo((a * 0.2 + b * 0.7) / (a + b), 5);
    }
  });

  test('mirrored predictions are turned back and averaged', async () => {
    // A predictor that knows left from right: logit = value * (x + 1).
    const predictor = patchPredictor(async (input, batch, [nz, ny, nx]) => {
      const voxels = nz * ny * nx;
      const logits = new Float32Array(batch * 2 * voxels);
      for (let n = 0; n < batch; n++) {
        for (let v = 0; v < voxels; v++) logits[(2 * n + 1) * voxels + v] = input[n * voxels + v]! * ((v % nx) + 1);
      }
      return logits;
    });
    const image = wave([1, 2, 4]);
    const probability = await slidingWindow({
      predictor, image, shape: [1, 2, 4], channels: 1, classes: 2, patch: [1, 2, 4],
      mirrorAxes: [false, false, true], batch: 2,
    });
    const logistic = (l: number): number => 1 / (1 + Math.exp(-l));
    image.forEach((value, v) => {
      const x = v % 4;
      expect(probability[8 + v]).toBeCloseTo((logistic(value * (x + 1)) + logistic(value * (4 - x))) / 2, 5);
    });
  });

  test('calibrated probabilities are the power of the plain ones', async () => {
    const options = { predictor: pointwise, image: wave([1, 5, 9]), shape: [1, 5, 9] as Triple, channels: 1, classes: 2, patch: [1, 4, 8] as Triple };
    const plain = await slidingWindow(options);
    const calibrated = await slidingWindow({ ...options, temperature: 2 });
    for (let v = 0; v < 45; v++) {
      const [a, b] = [Math.sqrt(plain[v]!), Math.sqrt(plain[45 + v]!)];
      expect(calibrated[45 + v]).toBeCloseTo(b / (a + b), 6);
    }
  });

  test('hands every channel to the predictor in order', async () => {
    const seen: number[][] = [];
    const predictor = patchPredictor(async (input) => {
      seen.push([...input]);
      return new Float32Array(4);
    });
    await slidingWindow({
      predictor, image: Float32Array.of(1, 2, 3, 10, 20, 30), shape: [1, 1, 3], channels: 2, classes: 2, patch: [1, 1, 2],
    });
    expect(seen).toEqual([[1, 2, 10, 20], [2, 3, 20, 30]]);
  });

  test('stops between batches with the reason of the signal', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    let calls = 0;
    const predictor = patchPredictor(async (...args) => {
      calls++;
      control.abort(reason);
      return ownValue(...args);
    });
    const running = slidingWindow({
      predictor, image: wave([8, 8, 32]), shape: [8, 8, 32], channels: 1, classes: 2, patch: [8, 8, 8], signal: control.signal,
    });
    await expect(running).rejects.toBe(reason);
    expect(calls).toBe(1);
  });
});

test('argmax gives ties to the lower class', () => {
  expect([...argmax(Float32Array.of(0.5, 0.2, 0.1, 0.5, 0.3, 0.1, 0, 0.5, 0.8), 3)]).toEqual([0, 2, 2]);
});
