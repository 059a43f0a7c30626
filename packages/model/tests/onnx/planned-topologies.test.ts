import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Network, setThreads, type NamedTensor } from '@geoscribe/torch-native';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxPredictor } from '../../src/inference/onnx-predictor.js';
import { exportOnnx } from '../../src/onnx/export-onnx.js';
import { networkSpec } from '../../src/plan/network-spec.js';
import type { Plan } from '../../src/plan/plan.js';
import { totalStride } from '../../src/plan/total-stride.js';
import { examplePlan } from '../fixtures/example-plan.js';
import { readersPython } from '../helpers/readers.js';
import { randomFloats } from '../helpers/volumes.js';

type Triple = [number, number, number];

interface Recorded {
  name: string;
  channels: string[];
  labels: number;
  plan: { strides: Triple[]; kernels: Triple[]; features: number[] };
}

/** The test matrix of the planner; where it comes from is written in the fixture. */
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/nnunet-plans.json', import.meta.url), 'utf8')) as { cases: Recorded[] };

/** The plan's stages with an eighth of the features, for an input of two voxels at the deepest stage. */
function smallPlan({ channels, labels, plan: { strides, kernels, features } }: Recorded): Plan {
  const stages = strides.map((stride, s) => ({ stride, kernel: kernels[s]!, features: features[s]! / 8 }));
  return examplePlan({
    patch: totalStride(stages).map((stride) => 2 * stride) as Triple,
    stages,
    channels: channels.length,
    labels: Array.from({ length: labels }, (_, k) => `class ${k}`),
  });
}

const distinct = new Map(cases.map((entry) => [JSON.stringify([entry.plan.strides, entry.plan.kernels, entry.channels.length]), entry]));
// A network without a decoder has no head: neither nnU-Net nor LibTorch's side builds one.
const planned = [...distinct.values()].filter(({ plan }) => plan.strides.length > 1);

setThreads(2);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'geoscribe-onnx-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function randomNetwork(plan: Plan): Promise<{ network: Network; tensors: NamedTensor[] }> {
  const created = await Network.create({ spec: networkSpec(plan), seed: 8 });
  // Norms and biases start at 1 and 0: other values show a swapped or forgotten one.
  const tensors = (await created.tensors()).map((tensor, i) => {
    // Logits within 5: rounding errors grow with them, and the bound below is absolute.
    if (tensor.name === 'head.0.weight') return { ...tensor, data: tensor.data.map((v) => v / 3) };
    if (tensor.shape.length > 1) return tensor;
    const noise = randomFloats(tensor.data.length, i, -0.2, 0.2);
    return { ...tensor, data: tensor.data.map((v, k) => v + noise[k]!) };
  });
  created.dispose();
  return { network: await Network.load({ spec: networkSpec(plan), tensors }), tensors };
}

describe('every network that the planner makes in its test matrix', () => {
  test('is there', () => expect(planned.length).toBe(20));

  test.each(planned.map((entry) => [entry.name, entry] as const))('%s: onnxruntime gives the logits of LibTorch', async (name, recorded) => {
    const plan = smallPlan(recorded);
    const { network, tensors } = await randomNetwork(plan);
    const model = exportOnnx({ plan, tensors, training: {} });
    writeFileSync(join(folder, `${name}.onnx`), model);
    const onnx = onnxPredictor({ model, file: name, threads: 2 });
    const input = randomFloats(recorded.channels.length * plan.patch[0] * plan.patch[1] * plan.patch[2], 4, -2, 2);
    const expected = await network.predict({ input, batch: 1, shape: plan.patch, precision: 'float32' });
    const received = await onnx.predictPatches(input, 1, plan.patch);
    expect(received.length).toBe(expected.length);
    const difference = received.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    // Both compute in float32 and sum in another order; the bound is the one the project promises for logits.
    expect(difference).toBeLessThanOrEqual(1e-4);
    expect(received.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeGreaterThan(0.5);
    network.dispose();
    await onnx.close();
  });

  const python = readersPython('onnx');
  test.skipIf(python === null)("all of them satisfy ONNX's own checker, shapes inferred", () => {
    const script = [
      'import glob, onnx, sys',
      'files = glob.glob(sys.argv[1] + "/*.onnx")',
      'for file in files:',
      '    onnx.checker.check_model(onnx.load(file), full_check=True)',
      'print(len(files))',
    ].join('\n');
    expect(execFileSync(python!, ['-c', script, folder], { encoding: 'utf8' }).trim()).toBe(String(planned.length));
  });
});

test('a plan without a decoder is refused: nothing could give it its head', () => {
  const single = smallPlan(cases.find(({ plan }) => plan.strides.length === 1)!);
  const block = (b: number): NamedTensor[] =>
    ['conv.weight', 'conv.bias', 'norm.weight', 'norm.bias'].map((part) => ({ name: `encoder.0.${b}.${part}`, shape: [1], data: new Float32Array(1) }));
  expect(() => exportOnnx({ plan: single, tensors: [...block(0), ...block(1)], training: {} })).toThrow(/head\.0\.weight/);
});
