import { availableDevices, Network, setThreads } from '@geoscribe/torch-native';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxPredictor, type OnnxPredictor } from '../../src/inference/onnx-predictor.js';
import { patchPredictor } from '../../src/inference/patch-predictor.js';
import { slidingWindow, type SlidingWindowOptions } from '../../src/inference/sliding-window.js';
import { torchPredictor } from '../../src/inference/torch-predictor.js';
import { exportOnnx } from '../../src/onnx/export-onnx.js';
import { networkSpec } from '../../src/plan/network-spec.js';
import { examplePlan } from '../fixtures/example-plan.js';
import { randomFloats } from '../helpers/volumes.js';

setThreads(1);
const plan = examplePlan({ patch: [8, 8, 12], channels: 2, labels: ['background', 'a', 'b'], stages: [{ features: 4 }, { features: 6 }] });
let network: Network;
let onnx: OnnxPredictor;
beforeAll(async () => {
  network = await Network.create({ spec: networkSpec(plan), seed: 4 });
  // Head weights times 20: probabilities far from 1/3.
  const tensors = (await network.tensors()).map((t) => (t.name === 'head.0.weight' ? { ...t, data: t.data.map((v) => 20 * v) } : t));
  network.dispose();
  network = await Network.load({ spec: networkSpec(plan), tensors });
  onnx = onnxPredictor({ model: exportOnnx({ plan, tensors, training: {} }), file: 'model.onnx', threads: 1 });
});
afterAll(async () => {
  network.dispose();
  await onnx.close();
});

const request = (shape: [number, number, number], more: Partial<SlidingWindowOptions> = {}): Omit<SlidingWindowOptions, 'predictor'> => ({
  image: randomFloats(2 * shape[0] * shape[1] * shape[2], 9, -2, 2),
  shape,
  channels: 2,
  classes: 3,
  patch: plan.patch,
  ...more,
});

describe("the network's own windows equal those that are put together in TypeScript", () => {
  test.each<[string, ReturnType<typeof request>]>([
    ['a volume of several windows', request([11, 8, 31])],
    ['smaller than the patch along two axes', request([5, 17, 7])],
    ['mirrored along two axes, in batches that cut through a window', request([9, 10, 12], { mirrorAxes: [true, false, true], batch: 3 })],
    ['calibrated', request([9, 10, 12], { temperature: 1.7, mirrorAxes: [false, true, false] })],
  ])('%s', async (_name, options) => {
    const received = await slidingWindow({ ...options, predictor: torchPredictor(network, { precision: 'float32' }) });
    const byPatches = patchPredictor((input, batch, shape) => network.predict({ input, batch, shape, precision: 'float32' }));
    const expected = await slidingWindow({ ...options, predictor: byPatches });
    const received2 = await slidingWindow({ ...options, predictor: onnx });
    expect(received.length).toBe(expected.length);
    let [difference, ofOnnx] = [0, 0];
    received.forEach((p, i) => {
      difference = Math.max(difference, Math.abs(p - expected[i]!));
      ofOnnx = Math.max(ofOnnx, Math.abs(received2[i]! - expected[i]!));
    });
    // Float32 softmax, some twenty products and sums of values up to 1: 1e-7 each.
    expect(difference).toBeLessThan(2e-6);
    // Logits of two runtimes differ by up to 1e-4.
    expect(ofOnnx).toBeLessThan(1e-4);
    expect(Math.max(...expected)).toBeGreaterThan(0.8);
  });
});

const { cuda, cudaReason } = availableDevices();
if (!cuda) console.warn(`skipped: windows on a GPU (${cudaReason})`);
test.skipIf(!cuda)('a GPU gives the same probabilities', async () => {
  const onGpu = await Network.load({ spec: networkSpec(plan), tensors: await network.tensors(), device: 'cuda' });
  const options = request([9, 10, 31], { mirrorAxes: [true, false, true], batch: 3, temperature: 1.3 });
  const expected = await slidingWindow({ ...options, predictor: torchPredictor(network, { precision: 'float32' }) });
  const received = await slidingWindow({ ...options, predictor: torchPredictor(onGpu, { precision: 'float32' }) });
  // TF32 in the convolutions: 10 bits of mantissa.
  received.forEach((p, i) => expect(Math.abs(p - expected[i]!)).toBeLessThan(2e-2));
  onGpu.dispose();
});

test.each(['libtorch', 'onnxruntime'])('%s stops at the signal, tells how far it is, and works on afterwards', async (runtime) => {
  const predictor = runtime === 'libtorch' ? torchPredictor(network, { precision: 'float32' }) : onnx;
  const control = new AbortController();
  const reason = new Error('enough');
  const seen: number[][] = [];
  const running = slidingWindow({
    ...request([8, 8, 120]),
    predictor,
    signal: control.signal,
    onProgress: (done, total) => {
      seen.push([done, total]);
      control.abort(reason);
    },
  });
  await expect(running).rejects.toBe(reason);
  expect(seen[0]).toEqual([1, 19]);
  const probability = await slidingWindow({ ...request([8, 8, 12]), predictor });
  expect(probability.every((p) => p >= 0 && p <= 1)).toBe(true);
});

test('a disposed network ends its prediction', async () => {
  const short = await Network.create({ spec: networkSpec(plan), seed: 1 });
  const running = slidingWindow({ ...request([8, 8, 600]), predictor: torchPredictor(short, { precision: 'float32' }), onProgress: () => short.dispose() });
  await expect(running).rejects.toMatchObject({ code: 'InvalidArgumentError' });
});
