import { describe, expect, it } from 'vitest';
import type { CaseResult } from '../../src/evaluation/evaluation.js';
import { caseResult, compareModels, summarizeModel, worstCases } from '../../src/evaluation/summarize.js';
import type { LabelScores } from '../../src/metrics/label-scores.js';

/** Scores of a label that both maps have, one that only the reference has, and one that only the prediction has. */
const present = (label: number, dice: number): LabelScores => ({
  ...{ label, predictionVoxels: 90, referenceVoxels: 100, relativeVolumeDifference: -0.1 },
  ...{ dice, iou: dice / (2 - dice), hd95: 10 * (1 - dice), mssd: 20 * (1 - dice), assd: 1 - dice, nsd: dice },
});
const infinite = { dice: 0, iou: 0, hd95: Infinity, mssd: Infinity, assd: Infinity, nsd: 0 };
const missed = (label: number): LabelScores => ({ label, predictionVoxels: 0, referenceVoxels: 100, relativeVolumeDifference: -1, ...infinite });
const spurious = (label: number): LabelScores => ({ label, predictionVoxels: 7, referenceVoxels: 0, relativeVolumeDifference: null, ...infinite });

const scored = (caseId: string, scores: LabelScores[]): CaseResult => caseResult(caseId, [1, 1, 1], scores, [1, 2]);
const row = (model: ReturnType<typeof summarizeModel>, label: number | null, metric: string) =>
  model.summary.find((one) => one.label === label && one.metric === metric)!;

describe('summary', () => {
  const cases = [
    scored('a', [present(1, 0.9), present(2, 0.7)]),
    scored('b', [present(1, 0.8), missed(2)]),
    scored('c', [present(1, 0.5)]),
    scored('d', [spurious(1)]),
    scored('e', []),
  ];
  const model = summarizeModel('folder', cases, [1, 2]);

  it('leaves a label that both maps lack out, and counts a missed or spurious one as Dice 0', () => {
    expect(cases.map(({ foreground }) => foreground.dice)).toEqual([0.8, 0.4, 0.5, 0, null]);
    expect(row(model, 1, 'dice')).toMatchObject({ cases: 4, mean: (0.9 + 0.8 + 0.5) / 4 });
    expect(row(model, 2, 'dice')).toMatchObject({ cases: 2, mean: 0.35 });
    expect(row(model, null, 'dice')).toMatchObject({ cases: 4, mean: (0.8 + 0.4 + 0.5) / 4 });
    expect(model.states.map(({ states }) => states)).toEqual([
      { present: 3, missed: 0, spurious: 1, absent: 1 },
      { present: 1, missed: 1, spurious: 0, absent: 3 },
    ]);
  });

  it('takes means of distances over cases in which they are finite, and says how many', () => {
    expect(cases[1]!.foreground.hd95).toBe(Infinity);
    expect(row(model, 2, 'hd95')).toMatchObject({ cases: 1, interval: null });
    expect(row(model, 2, 'hd95').mean).toBeCloseTo(3);
    expect(row(model, null, 'assd').cases).toBe(2);
    expect(row(model, 1, 'relativeVolumeDifference').cases).toBe(3);
    expect(row(model, 1, 'relativeVolumeDifference').mean).toBeCloseTo(-0.1);
  });

  it('gives an interval that holds the mean', () => {
    const { mean, interval } = row(model, 1, 'dice');
    expect(interval!.low).toBeLessThan(mean!);
    expect(interval!.high).toBeGreaterThan(mean!);
  });

  it('names the worst cases, without those that have no label', () => {
    expect(worstCases(cases, 2)).toEqual(['d', 'b']);
    expect(worstCases(cases, 9)).toEqual(['d', 'b', 'c', 'a']);
  });
});

describe('comparison', () => {
  it('pairs the cases where both values are finite', () => {
    const first = [scored('a', [present(1, 0.9)]), scored('b', [present(1, 0.8)]), scored('c', [missed(1)])];
    const second = [scored('a', [present(1, 0.7)]), scored('b', [present(1, 0.7)]), scored('c', [present(1, 0.6)])];
    const rows = compareModels(first, second, [1]);
    const found = (metric: string) => rows.find((one) => one.label === 1 && one.metric === metric)!;
    expect(found('dice')).toMatchObject({ cases: 3, test: { pairs: 3, pValue: 1 } });
    expect(found('dice').difference).toBeCloseTo((0.2 + 0.1 - 0.6) / 3);
    expect(found('hd95')).toMatchObject({ cases: 2, test: { pValue: 0.5 } });
    expect(found('hd95').difference).toBeCloseTo(-1.5);
  });

  it('compares volume differences by their size', () => {
    const withDifference = (value: number) => [scored('a', [{ ...present(1, 0.9), relativeVolumeDifference: value }])];
    const rows = compareModels(withDifference(-0.3), withDifference(0.1), [1]);
    expect(rows.find(({ metric }) => metric === 'relativeVolumeDifference')!.difference).toBeCloseTo(0.2);
  });
});
