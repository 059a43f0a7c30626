import { expect, it } from 'vitest';
import { progressCurve } from '../../src/training/progress-curve.js';

const history = (epochs: number) =>
  Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, loss: i + 1 / 3, learningRate: 0.01, ...(i % 2 === 1 && { validationDice: 0.5 + i / 1000 }) }));

it('a short training is reported as it is, with four digits', () => {
  expect(progressCurve([])).toEqual({ loss: [], validationDice: [] });
  expect(progressCurve(history(3))).toEqual({ loss: [0.3333, 1.333, 2.333], validationDice: [0.501] });
});

it('a long training keeps 32 means of its neighbours and stays small', () => {
  const { loss, validationDice } = progressCurve(history(1000));
  expect(loss).toHaveLength(32);
  // 1000 / 32 = 31.25: the first group is epochs 1 to 31, mean of 0..30 plus a third; the last 969..1000.
  expect([loss[0], loss.at(-1)]).toEqual([15.33, 983.8]);
  expect(validationDice).toHaveLength(32);
  expect(JSON.stringify(progressCurve(history(1000))).length).toBeLessThan(700);
});
