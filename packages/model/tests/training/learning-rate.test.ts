import { expect, test } from 'vitest';
import { learningRate, lengthened } from '../../src/training/learning-rate.js';
import type { TrainingRecord } from '../../src/training/training-record.js';

const schedule = { base: 0.05, totalSteps: 400, stepsPerEpoch: 20, warmUpSteps: 20, pace: 'step' as const };

test('warms up linearly and falls to the poly curve, per step', () => {
  expect(learningRate(schedule, 0)).toBeCloseTo(0.05 / 20, 12);
  expect(learningRate(schedule, 9)).toBeCloseTo(0.05 * (1 - 9 / 400) ** 0.9 * 0.5, 12);
  expect(learningRate(schedule, 200)).toBeCloseTo(0.05 * 0.5 ** 0.9, 12);
  expect(learningRate(schedule, 399)).toBeGreaterThan(0);
});

test('per epoch it is constant within an epoch, as nnU-Net has it', () => {
  const epochs = { base: 0.01, totalSteps: 1000 * 250, stepsPerEpoch: 250, warmUpSteps: 0, pace: 'epoch' as const };
  expect(learningRate(epochs, 0)).toBe(0.01);
  expect(learningRate(epochs, 249)).toBe(0.01);
  expect(learningRate(epochs, 250)).toBeCloseTo(0.01 * (1 - 1 / 1000) ** 0.9, 12);
});

test('a training made longer follows the schedule that it would have had from the start', () => {
  const record: TrainingRecord = {
    kind: 'preliminary', seed: 0, device: 'cpu', precision: 'float32', threads: 1, epochs: 10, stepsPerEpoch: 20,
    learningRate: 0.01, firstStep: 0, totalSteps: 200, history: [],
  };
  const longer = lengthened(record, 5);
  expect([longer.epochs, longer.totalSteps]).toEqual([15, 300]);
  expect(longer).toEqual(lengthened(lengthened(record, 2), 3));
  expect({ ...longer, epochs: 10, totalSteps: 200 }).toEqual(record);
  const rate = (of: TrainingRecord, step: number): number =>
    learningRate({ ...of, base: of.learningRate, warmUpSteps: 0, pace: 'epoch' }, step);
  // The first added epoch: 5 of 15 are left, where 1 of 10 was.
  expect(rate(longer, 200)).toBeCloseTo(0.01 * (5 / 15) ** 0.9, 12);
  expect(rate(longer, 200)).toBeGreaterThan(rate(record, 199));
});
