import { GeoscribeError } from '@geoscribe/campaign';
import { Network, type NamedTensor } from '@geoscribe/torch-native';
import { describe, expect, test } from 'vitest';
import { onnxPredictor } from '../../src/inference/onnx-predictor.js';
import { openModel } from '../../src/inference/open-model.js';
import { exportOnnx } from '../../src/onnx/export-onnx.js';
import { decodeOnnx, encodeOnnx, type OnnxModel } from '../../src/onnx/onnx-format.js';
import { onnxOperators } from '../../src/onnx/onnx-graph.js';
import { readOnnxMetadata } from '../../src/onnx/read-onnx-metadata.js';
import { networkSpec } from '../../src/plan/network-spec.js';
import type { Plan } from '../../src/plan/plan.js';
import { counterRandom } from '../../src/training/counter-random.js';
import { examplePlan } from '../fixtures/example-plan.js';

type Triple = [number, number, number];

const topologies: Record<string, { plan: Plan; shape: Triple }> = {
  'two stages, isotropic': {
    plan: examplePlan({ patch: [8, 8, 8], stages: [{ features: 4 }, { features: 8 }] }),
    shape: [8, 12, 6],
  },
  'three stages, flat kernels and strides, two channels': {
    plan: examplePlan({
      patch: [6, 16, 16],
      channels: 2,
      labels: ['background', 'a', 'b'],
      stages: [
        { features: 4, kernel: [1, 3, 3] },
        { features: 8, kernel: [1, 3, 3], stride: [1, 2, 2] },
        { features: 12, stride: [2, 2, 2] },
      ],
    }),
    shape: [6, 16, 20],
  },
  'four stages, one block each, four channels': {
    plan: examplePlan({
      patch: [16, 16, 16],
      channels: 4,
      labels: ['background', 'a', 'b', 'c'],
      stages: [4, 6, 10, 12].map((features) => ({ features, blocks: 1 })),
    }),
    shape: [16, 16, 24],
  },
  'six stages, strides of one axis and of two': {
    plan: examplePlan({
      patch: [8, 32, 32],
      channels: 3,
      stages: [
        { features: 4, kernel: [1, 3, 3] },
        { features: 4, stride: [1, 2, 2] },
        { features: 8, stride: [2, 2, 2] },
        { features: 8, stride: [1, 2, 1] },
        { features: 8, stride: [1, 1, 2] },
        { features: 8, stride: [1, 2, 2] },
      ],
    }),
    shape: [8, 32, 32],
  },
};

async function randomNetwork(plan: Plan, seed: number): Promise<{ network: Network; tensors: NamedTensor[] }> {
  const created = await Network.create({ spec: networkSpec(plan), seed });
  const random = counterRandom(seed);
  // Norms and biases start at 1 and 0: other values show a swapped or forgotten one.
  const tensors = (await created.tensors()).map((tensor) =>
    tensor.shape.length > 1 ? tensor : { ...tensor, data: tensor.data.map((v) => v + random.uniform() - 0.5) },
  );
  created.dispose();
  return { network: await Network.load({ spec: networkSpec(plan), tensors }), tensors };
}

describe.each(Object.entries(topologies))('%s', (_name, { plan, shape }) => {
  test('onnxruntime gives the logits of LibTorch', async () => {
    const { network, tensors } = await randomNetwork(plan, 5);
    const onnx = onnxPredictor({ model: exportOnnx({ plan, tensors, training: {} }), file: 'model.onnx', threads: 1 });
    const random = counterRandom(11);
    const batch = 2;
    const voxels = shape[0] * shape[1] * shape[2];
    const input = Float32Array.from({ length: batch * plan.dataset.channels.length * voxels }, () => 4 * random.uniform() - 2);
    const expected = await network.predict({ input, batch, shape, precision: 'float32' });
    const received = await onnx.predictPatches(input, batch, shape);
    expect(received.length).toBe(batch * plan.dataset.labels.length * voxels);
    let largest = 0;
    let magnitude = 0;
    received.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - expected[i]!));
      magnitude = Math.max(magnitude, Math.abs(value));
    });
    // Both compute in float32 and sum in another order; the bound is the one the project promises for logits.
    expect(largest).toBeLessThanOrEqual(1e-4);
    expect(magnitude).toBeGreaterThan(0.1);
    network.dispose();
    await onnx.close();
  });

  test('only operators that every runtime has', async () => {
    const { network, tensors } = await randomNetwork(plan, 5);
    const { graph } = decodeOnnx(exportOnnx({ plan, tensors, training: {} }));
    const operators = new Set(graph.node.map(({ opType }) => opType));
    expect([...operators].sort()).toEqual([...onnxOperators].sort());
    network.dispose();
  });
});

describe('exportOnnx', () => {
  const { plan } = topologies['two stages, isotropic']!;

  test('equal networks give equal bytes, and the plan comes back from them', async () => {
    const { network, tensors } = await randomNetwork(plan, 3);
    const training = { kind: 'preliminary', seed: 3 };
    const [a, b] = [exportOnnx({ plan, tensors, training }), exportOnnx({ plan, tensors: [...tensors].reverse(), training })];
    expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true);
    expect(readOnnxMetadata(a, { file: 'a.onnx' })).toEqual({ plan, training, calibration: null });
    const entries = decodeOnnx(a).metadataProps;
    expect(JSON.parse(entries.find(({ key }) => key === 'labels')!.value)).toEqual(['background', 'organ']);
    expect(JSON.parse(entries.find(({ key }) => key === 'spacing')!.value)).toEqual([1.5, 1.5, 1.5]);
    expect(JSON.parse(entries.find(({ key }) => key === 'temperature')!.value)).toBe(1);
    const calibration = { temperature: 1.4, before: { nll: 0.2, ece: 0.1 }, after: { nll: 0.1, ece: 0.01 }, cases: 2, voxels: 100 };
    const calibrated = exportOnnx({ plan, tensors, training, calibration });
    expect(readOnnxMetadata(calibrated, { file: 'a.onnx' }).calibration).toEqual(calibration);
    expect(JSON.parse(decodeOnnx(calibrated).metadataProps.find(({ key }) => key === 'temperature')!.value)).toBe(1.4);
    network.dispose();
  });

  test('names a tensor that is missing', async () => {
    const { network, tensors } = await randomNetwork(plan, 3);
    const incomplete = tensors.filter(({ name }) => name !== 'up.0.bias');
    expect(() => exportOnnx({ plan, tensors: incomplete, training: {} })).toThrow(/up\.0\.bias/);
    network.dispose();
  });
});

describe('a model that is not ours', () => {
  test.each([
    ['no protobuf', Buffer.from('hello, this is not a model'), /not an ONNX model|carries no plan/],
    ['empty', new Uint8Array(), /carries no plan/],
  ])('%s', (_name, bytes, message) => {
    expect(() => readOnnxMetadata(bytes, { file: 'a.onnx' })).toThrow(message);
    expect(() => readOnnxMetadata(bytes, { file: 'a.onnx' })).toThrow(GeoscribeError);
  });

  test.each<[string, (model: OnnxModel) => void, RegExp]>([
    [
      'weights in another file',
      ({ graph }) => Object.assign(graph.initializer[0]!, { dataLocation: 1, rawData: new Uint8Array(), externalData: [{ key: 'location', value: 'weights.bin' }] }),
      /another file \(a\.onnx, encoder\.0\.0\.conv\.weight\): .*weights\.bin/,
    ],
    ['an unknown operator', ({ graph }) => void (graph.node[2]!.opType = 'Selu'), /operator.*\(a\.onnx, node encoder\.0\.0\.relu\): .*received Selu/],
    ["another domain's operator", ({ graph }) => void (graph.node[0]!.domain = 'com.example'), /received com\.example\.Conv/],
    ['no plan', (model) => void (model.metadataProps = [{ key: 'author', value: 'x' }]), /no plan .*only author/],
    ['a plan of another version', (model) => void (model.metadataProps[0]!.value = '{"version":2}'), /plan is not valid .*metadata_props\.plan\.version/],
    ['a damaged calibration', (model) => void (model.metadataProps.find(({ key }) => key === 'calibration')!.value = '{"temp'), /metadata_props\.calibration/],
  ])('%s', async (_name, change, message) => {
    const { plan } = topologies['two stages, isotropic']!;
    const { network, tensors } = await randomNetwork(plan, 3);
    network.dispose();
    const model = decodeOnnx(exportOnnx({ plan, tensors, training: {} }));
    change(model);
    expect(() => readOnnxMetadata(encodeOnnx(model), { file: 'a.onnx' })).toThrow(message);
  });

  test('a missing file is named', async () => {
    const formOf = () => Promise.reject(new Error('an ONNX model has no form'));
    const options = { threads: 1, device: 'cpu', precision: 'auto', formOf } as const;
    await expect(openModel('nowhere/model.onnx', options)).rejects.toThrow(/nowhere\/model\.onnx.*no such file or folder/);
  });

  test("a graph that onnxruntime refuses fails at the prediction, with onnxruntime's words", async () => {
    const { plan } = topologies['two stages, isotropic']!;
    const { network, tensors } = await randomNetwork(plan, 3);
    const wrong = tensors.map((t) => (t.name === 'head.0.bias' ? { ...t, shape: [3], data: new Float32Array(3) } : t));
    const onnx = onnxPredictor({ model: exportOnnx({ plan, tensors: wrong, training: {} }), file: 'model.onnx', threads: 1 });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(onnx.predictPatches(new Float32Array(512), 1, [8, 8, 8])).rejects.toMatchObject({ code: 'InvalidModelError' });
    }
    await onnx.close();
    await expect(onnx.predictPatches(new Float32Array(512), 1, [8, 8, 8])).rejects.toMatchObject({ code: 'ChildCrashedError' });
    network.dispose();
  });
});
