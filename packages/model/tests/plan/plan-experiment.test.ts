import { describe, expect, it } from 'vitest';
import { networkSpec } from '../../src/plan/network-spec.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import { planSchema } from '../../src/plan/plan.js';
import { planFor, someIntensities } from '../helpers/plans.js';

describe('planExperiment, cpu-small', () => {
  it('gives the reference run its patch of 40 x 56 x 40 and 4 stages from base 16', () => {
    const plan = planFor({ spacing: [1, 1, 1], shape: [35, 50, 35] });
    expect(plan.patch).toEqual([40, 56, 40]);
    expect(plan.batch).toBe(2);
    expect(plan.stages.map((s) => s.features)).toEqual([16, 32, 64, 128]);
    expect(plan.mirrorAxes).toEqual([false, false, false]);
    expect(plan.training).toMatchObject({ momentum: 0.9, learningRate: 0.05, fineTuningLearningRate: 0.03, warmUpSteps: 20 });
  });

  it('keeps the patch of a large volume within 64^3 voxels and its aspect near the volume', () => {
    const plan = planFor({ spacing: [1, 0.8, 0.8], shape: [411, 519, 461], channels: ['CT'] });
    expect(plan.patch.reduce((product, n) => product * n, 1)).toBeLessThanOrEqual(64 ** 3);
    expect(Math.max(...plan.patch) / Math.min(...plan.patch)).toBeLessThan(2);
    expect(plan.batchDice).toBe(true);
  });

  it('keeps the one slice of a flat volume and shrinks the plane', () => {
    const plan = planFor({ spacing: [6.5, 0.35, 0.37], shape: [1, 552, 653] });
    expect(plan.patch[0]).toBe(1);
    expect(plan.patch[1] * plan.patch[2]).toBeLessThanOrEqual(64 ** 3);
    expect(plan.stages.every((stage) => stage.stride[0] === 1)).toBe(true);
  });

  it('marks a flat patch for rotation in plane only', () => {
    expect(planFor({ spacing: [7.5, 0.5, 0.5], shape: [15, 320, 320] }).inPlaneAxis).toBe(0);
    expect(planFor({ spacing: [1, 1, 1], shape: [35, 50, 35] }).inPlaneAxis).toBeNull();
  });

  it('is pure: the same plan from the same input, which it does not change', () => {
    const fingerprint = Object.freeze({
      spacings: [Object.freeze([2, 1, 1]) as never],
      shapesAfterCrop: [Object.freeze([20, 60, 60]) as never],
      medianRelativeSizeAfterCrop: 1,
      foregroundIntensities: [someIntensities],
    });
    const dataset = { name: 'd', labels: ['background', 'organ'], channels: ['CT'] };
    const plan = planExperiment({ fingerprint, dataset, budget: 'cpu-small' });
    expect(planExperiment({ fingerprint, dataset, budget: 'cpu-small' })).toEqual(plan);
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it('refuses images with another number of channels than the data set names', () => {
    const fingerprint = {
      spacings: [[1, 1, 1] as [number, number, number]],
      shapesAfterCrop: [[20, 20, 20] as [number, number, number]],
      medianRelativeSizeAfterCrop: 1,
      foregroundIntensities: [someIntensities],
    };
    const dataset = { name: 'brain', labels: ['background', 'lesion'], channels: ['T1', 'FLAIR'] };
    expect(() => planExperiment({ fingerprint, dataset, budget: 'cpu-small' })).toThrow(/brain.*2 channels \(T1, FLAIR\) but received 1/);
  });
});

describe('planSchema', () => {
  it('refuses unknown fields and other versions', () => {
    const plan = planFor({ spacing: [1, 1, 1], shape: [35, 50, 35] });
    expect(planSchema.safeParse({ ...plan, extra: 1 }).success).toBe(false);
    expect(planSchema.safeParse({ ...plan, version: 2 }).success).toBe(false);
  });
});

describe('networkSpec', () => {
  it('has the channels and classes of the data set', () => {
    const plan = planFor({ spacing: [1, 1, 1], shape: [35, 50, 35], channels: ['T1', 'T2'] });
    expect(networkSpec(plan)).toEqual({ inputChannels: 2, classes: 3, stages: plan.stages });
  });
});
