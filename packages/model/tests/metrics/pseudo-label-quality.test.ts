import { describe, expect, it } from 'vitest';
import { pseudoLabelQuality } from '../../src/metrics/pseudo-label-quality.js';

describe('pseudoLabelQuality', () => {
  it('states the gain, and the confidence of right and wrong voxels', () => {
    const quality = pseudoLabelQuality({
      reference: [0, 1, 1, 1],
      prediction: [0, 0, 0, 1],
      pseudoLabel: [1, 1, 0, 1],
      confidence: [0.25, 1, 0.25, 0.5],
      classes: 2,
    });
    expect(quality.before).toBeCloseTo(2 / 4, 12);
    expect(quality.after).toBeCloseTo(4 / 6, 12);
    expect(quality.afterWeighted).toBeCloseTo(3 / (1.75 + 1.75), 12);
    expect(quality.meanConfidenceRight).toBeCloseTo(0.75, 12);
    expect(quality.meanConfidenceWrong).toBeCloseTo(0.25, 12);
  });

  it('leaves out voxels that nobody annotated', () => {
    const known = { reference: [0, 1, 1, 1], prediction: [0, 0, 0, 1], pseudoLabel: [1, 1, 0, 1], confidence: [0.25, 1, 0.25, 0.5], classes: 2 };
    const more = (values: number[]): number[] => [1, ...values, 0];
    const quality = pseudoLabelQuality({
      reference: more(known.reference), prediction: more(known.prediction), pseudoLabel: more(known.pseudoLabel), confidence: [0.5, ...known.confidence, 0.5],
      annotated: Float32Array.of(0, 1, 1, 1, 1, 0), classes: 2,
    });
    expect(quality).toEqual(pseudoLabelQuality(known));
    const wrong = { ...known, annotated: Float32Array.of(1, 1, 1, 0) };
    expect(pseudoLabelQuality(wrong).before).toBe(0);
  });

  it('has no confidence of wrong voxels where all are right', () => {
    const label = [0, 1];
    const quality = pseudoLabelQuality({ reference: label, prediction: label, pseudoLabel: label, confidence: [1, 1], classes: 2 });
    expect(quality).toEqual({ before: 1, after: 1, afterWeighted: 1, meanConfidenceRight: 1, meanConfidenceWrong: null });
  });
});
