import { describe, expect, it } from 'vitest';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import { explainPlan, type PlanReason } from '../../src/plan/explain-plan.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import { someIntensities } from '../helpers/plans.js';

/** Explanation of a plan for cases of these spacings and one shape, joined by subject. */
function explained(options: {
  spacings: TensorShape[];
  shape: TensorShape;
  budget?: 'cpu-small' | 'gpu-8gb';
  channels?: string[];
  relativeSize?: number;
  change?: { batch: number };
}): Record<PlanReason['about'], string> {
  const { spacings, shape, budget = 'gpu-8gb', channels = ['MRI'], relativeSize = 1, change = {} } = options;
  const fingerprint = {
    spacings,
    shapesAfterCrop: spacings.map(() => shape),
    medianRelativeSizeAfterCrop: relativeSize,
    foregroundIntensities: channels.map(() => someIntensities),
  };
  const plan = planExperiment({ fingerprint, dataset: { name: 'd', labels: ['background', 'organ'], channels }, budget });
  return Object.fromEntries(explainPlan({ plan: { ...plan, ...change }, fingerprint }).map(({ about, text }) => [about, text])) as Record<PlanReason['about'], string>;
}

describe('explainPlan', () => {
  it('tells of a coarse axis whose median would lose slices', () => {
    const spacings = [10, 10, 10, 5].map((z): TensorShape => [1.5, 1.5, z]);
    const reasons = explained({ spacings, shape: [240, 220, 10] });
    expect(reasons.axes).toMatch(/order x, z, y: x has the coarsest spacing/);
    expect(reasons.spacing).toMatch(/6\.5 x 1\.5 x 1\.5 mm.*Along x the median is 10 mm.*3 times 1\.5 mm.*10 slices.*third of 220.*10th percentile of 4 cases/);
    expect(reasons.network).toMatch(/do not mix slices/);
  });

  it('tells which limit set patch and batch', () => {
    const big = explained({ spacings: Array.from({ length: 20 }, (): TensorShape => [1, 1, 1]), shape: [160, 210, 180] });
    expect(big.patch).toMatch(/voxels \(.* mm\), \d+ % of the median case of 160 x 210 x 180; more would not fit the budget.*of the 560 million/);
    expect(big.batch).toMatch(/A batch has 2 patches: memory allows 2, 5 % of the voxels of 20 cases are \d+, and 2 is the least/);
    const small = explained({ spacings: Array.from({ length: 260 }, (): TensorShape => [1, 1, 1]), shape: [36, 50, 35], budget: 'cpu-small' });
    expect(small.patch).toMatch(/40 x 56 x 40 voxels.*as large as the median case.*89600 of at most 262144 voxels.*multiples of 8 x 8 x 8/);
    expect(small.batch).toBe('A batch has 2 patches: cpu-small fixes it.');
    expect(explained({ spacings: [[1, 1, 1]], shape: [36, 50, 35], change: { batch: 5 } }).batch).toMatch(/as the plan's file says/);
  });

  it('tells each normalisation with its numbers', () => {
    expect(explained({ spacings: [[1, 1, 1]], shape: [40, 40, 40], channels: ['CT'] }).normalization).toMatch(/CT is clipped to \[3, 210\].*100 subtracted.*divided by 30/);
    expect(explained({ spacings: [[1, 1, 1]], shape: [40, 40, 40], relativeSize: 0.4 }).normalization).toMatch(/non-zero voxels only: they are 40 %/);
    expect(explained({ spacings: [[1, 1, 1]], shape: [40, 40, 40], channels: ['noNorm'] }).normalization).toMatch(/noNorm stays as it is/);
  });
});
