import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceByClass, iou, meanForegroundDice, relativeVolumeDifference } from '../../src/metrics/dice.js';

const classes = 4;
const labelPair = fc.integer({ min: 1, max: 60 }).chain((n) => {
  const labels = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: n, maxLength: n });
  return fc.record({
    prediction: labels,
    reference: labels,
    weights: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n, maxLength: n }),
  });
});

describe('diceByClass', () => {
  it('is 2 TP / (2 TP + FP + FN), and null where both lack the class', () => {
    const prediction = [0, 1, 1, 1, 2];
    const reference = [0, 1, 1, 0, 0];
    expect(diceByClass({ prediction, reference, classes })).toEqual([2 / (1 + 3), 4 / (3 + 2), 0, null]);
    expect(meanForegroundDice([0.1, 0.8, 0, null])).toBeCloseTo(0.4, 12);
    expect(meanForegroundDice([1, null, null])).toBeNull();
  });

  it('weighs voxels: an error of weight 0 does not count', () => {
    const dice = diceByClass({ prediction: [1, 1, 0], reference: [1, 0, 1], classes: 2, weights: [1, 0, 0.5] });
    expect(dice[1]).toBeCloseTo(2 / (1 + 1.5), 12);
    expect(diceByClass({ prediction: [1], reference: [1], classes: 2, weights: [0] })[1]).toBeNull();
  });

  it('refuses arrays of different grids', () => {
    expect(() => diceByClass({ prediction: [1, 0], reference: [1], classes: 2 })).toThrow(/prediction\): expected 1 voxels.*2/);
  });

  it('is symmetric, 1 against itself, and follows from the IoU', () => {
    fc.assert(
      fc.property(labelPair, ({ prediction, reference, weights }) => {
        const dice = diceByClass({ prediction, reference, classes, weights });
        const swapped = diceByClass({ prediction: reference, reference: prediction, classes, weights });
        dice.forEach((d, c) => {
          // Two orders of adding the same weights.
          if (d !== null) expect(d).toBeCloseTo(swapped[c]!, 12);
        });
        const plain = diceByClass({ prediction, reference, classes });
        iou({ prediction, reference, classes }).forEach((j, c) => {
          if (j === null) expect(plain[c]).toBeNull();
          else expect(plain[c]).toBeCloseTo((2 * j) / (1 + j), 12);
        });
        expect(diceByClass({ prediction, reference: prediction, classes }).every((d) => d === null || d === 1)).toBe(true);
      }),
    );
  });
});

describe('relativeVolumeDifference', () => {
  it('is signed and null without reference', () => {
    const rvd = relativeVolumeDifference({ prediction: [1, 1, 1, 2, 0], reference: [1, 1, 0, 0, 0], classes });
    expect(rvd).toEqual([(1 - 3) / 3, 0.5, null, null]);
  });
});
