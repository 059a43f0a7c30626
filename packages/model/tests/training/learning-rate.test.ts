import { expect, test } from 'vitest';
import { learningRate } from '../../src/training/learning-rate.js';

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
