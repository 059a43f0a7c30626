import { encodeSafetensors } from '@geoscribe/torch-native';
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, finalTensors, type Checkpoint } from '../../src/training/checkpoint.js';
import { examplePlan } from '../fixtures/example-plan.js';

const tensor = (name: string, ...values: number[]) => ({ name, shape: [values.length], data: Float32Array.from(values) });

const checkpoint: Checkpoint = {
  plan: examplePlan({ patch: [8, 8, 8], stages: [{ features: 4 }, { features: 8 }] }),
  training: {
    kind: 'fine-tuning', arm: 'main', iteration: 2, seed: 7, device: 'cpu', precision: 'float32', layout: 'channels-last', threads: 2,
    epochs: 4, stepsPerEpoch: 15, learningRate: 0.03, firstStep: 60, totalSteps: 180, emaDecay: 0.98,
    history: [{ epoch: 1, loss: -0.25, learningRate: 0.02, validationDice: 0.8 }],
    validationMean: 0.8, bestValidationMean: 0.8,
  },
  state: [tensor('ema.a', 5, 6), tensor('model.a', 1, 2), tensor('momentum.a', 3, 4)],
};

const file = 'net.safetensors';
const plan = JSON.stringify(checkpoint.plan);
const training = JSON.stringify(checkpoint.training);
const format = 'geoscribe-checkpoint-1';

describe('checkpoint', () => {
  test('comes back as it was, from equal bytes', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const decoded = decodeCheckpoint(bytes, { file });
    expect(decoded.plan).toEqual(checkpoint.plan);
    expect(decoded.training).toEqual(checkpoint.training);
    expect(decoded.state.map(({ name, data }) => [name, ...data])).toEqual([
      ['ema.a', 5, 6], ['model.a', 1, 2], ['momentum.a', 3, 4],
    ]);
    const again = encodeCheckpoint({ ...checkpoint, state: [...checkpoint.state].reverse() });
    expect(Buffer.from(again).equals(Buffer.from(bytes))).toBe(true);
  });

  test('read from a Node Buffer with other bytes around it', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const around = Buffer.concat([Buffer.from('123'), bytes, Buffer.from('4567')]);
    const decoded = decodeCheckpoint(around.subarray(3, 3 + bytes.length), { file });
    expect([...finalTensors(decoded.state)[0]!.data]).toEqual([5, 6]);
  });

  test('the final network is the averaged one where there is one', () => {
    expect(finalTensors(checkpoint.state)).toEqual([tensor('a', 5, 6)]);
    expect(finalTensors(checkpoint.state.filter(({ name }) => !name.startsWith('ema')))).toEqual([tensor('a', 1, 2)]);
  });

  test.each([
    ['another format', { plan, training }, checkpoint.state, /format.*geoscribe-checkpoint-1 but received no such entry/],
    ['no plan', { format, training }, checkpoint.state, /plan.*no such entry/],
    ['a plan that is not JSON', { format, training, plan: '{' }, checkpoint.state, /plan/],
    ['a plan of another version', { format, training, plan: plan.replace('"version":1', '"version":9') }, checkpoint.state, /plan\.version/],
    ['a broken record', { format, plan, training: training.replace('"seed":7', '"seed":-7') }, checkpoint.state, /training\.seed/],
    ['no weights', { format, plan, training }, [tensor('momentum.a', 1)], /holds no weights.*momentum\.a/],
  ])('names %s', (_name, metadata, tensors, message) => {
    const bytes = encodeSafetensors(tensors, metadata as Record<string, string>);
    const read = (): unknown => decodeCheckpoint(bytes, { file });
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'InvalidCheckpointError' }));
    expect(read).toThrow(file);
  });
});
