import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BudgetName } from '@geoscribe/campaign';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import { planSchema } from '../../src/plan/plan.js';
import { someIntensities } from '../helpers/plans.js';

interface Recorded {
  name: string;
  gb: 8 | 24;
  channels: string[];
  labels: number;
  spacings: TensorShape[];
  shapes: TensorShape[];
  relativeSize: number;
  plan: {
    transposeForward: number[];
    transposeBackward: number[];
    targetSpacing: number[];
    medianShape: number[];
    patch: number[];
    batch: number;
    strides: number[][];
    kernels: number[][];
    features: number[];
    encoderBlocks: number[];
    decoderBlocks: number[];
    normalization: string[];
    useMask: boolean[];
    batchDice: boolean;
    lowResolution: boolean;
  };
}

/** nnU-Net's recorded plans; tool, version and command are in the fixture, made by make_nnunet_plans.py beside it. */
const fixture = JSON.parse(readFileSync(new URL('../fixtures/nnunet-plans.json', import.meta.url), 'utf8')) as {
  cases: Recorded[];
};

const schemes: Record<string, string> = {
  ZScoreNormalization: 'z-score',
  CTNormalization: 'CT',
  NoNormalization: 'none',
  RescaleTo01Normalization: 'rescale-to-0-1',
};

describe('planExperiment', () => {
  it.each(fixture.cases.map((c) => [c.name, c] as const))("equals nnU-Net's plan of %s", (_name, recorded) => {
    const budget: BudgetName = recorded.gb === 8 ? 'gpu-8gb' : 'gpu-24gb';
    const plan = planExperiment({
      fingerprint: {
        spacings: recorded.spacings,
        shapesAfterCrop: recorded.shapes,
        medianRelativeSizeAfterCrop: recorded.relativeSize,
        foregroundIntensities: recorded.channels.map(() => someIntensities),
      },
      dataset: {
        name: recorded.name,
        labels: Array.from({ length: recorded.labels }, (_, k) => `class ${k}`),
        channels: recorded.channels,
      },
      budget,
    });
    expect(planSchema.parse(plan)).toEqual(plan);
    expect({
      transposeForward: plan.transposeForward,
      transposeBackward: plan.transposeBackward,
      medianShape: plan.medianShape,
      patch: plan.patch,
      batch: plan.batch,
      strides: plan.stages.map((s) => s.stride),
      kernels: plan.stages.map((s) => s.kernel),
      features: plan.stages.map((s) => s.features),
      encoderBlocks: plan.stages.map((s) => s.encoderBlocks),
      // The deepest stage has no decoder.
      decoderBlocks: plan.stages.slice(0, -1).map((s) => s.decoderBlocks),
      normalization: plan.normalization.map((n) => n.scheme),
      useMask: plan.normalization.map((n) => n.useMask),
      batchDice: plan.batchDice,
      lowResolution: plan.batchDice,
    }).toEqual({
      transposeForward: recorded.plan.transposeForward,
      transposeBackward: recorded.plan.transposeBackward,
      medianShape: recorded.plan.medianShape,
      patch: recorded.plan.patch,
      batch: recorded.plan.batch,
      strides: recorded.plan.strides,
      kernels: recorded.plan.kernels,
      features: recorded.plan.features,
      encoderBlocks: recorded.plan.encoderBlocks,
      decoderBlocks: recorded.plan.decoderBlocks,
      normalization: recorded.plan.normalization.map((name) => schemes[name]),
      useMask: recorded.plan.useMask,
      batchDice: recorded.plan.batchDice,
      lowResolution: recorded.plan.lowResolution,
    });
    plan.targetSpacing.forEach((mm, axis) => {
      // Percentiles interpolated in another order of the same operations.
      expect(mm).toBeCloseTo(recorded.plan.targetSpacing[axis]!, 12);
    });
  });
});
