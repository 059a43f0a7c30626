import { describe, expect, it } from 'vitest';
import type { BudgetName } from '@geoscribe/campaign';
import type { Plan } from '../../src/plan/plan.js';
import { estimateTrainingMemory, requireTrainingMemory } from '../../src/plan/training-memory.js';
import { planFor } from '../helpers/plans.js';

const large = { spacing: [1, 1, 1], shape: [160, 210, 180] } as const;
const plan = (budget: BudgetName): Plan =>
  planFor({ spacing: [...large.spacing], shape: [...large.shape], budget });

describe('estimateTrainingMemory', () => {
  it('is the formula, checked by hand for two stages', () => {
    const stages: Plan['stages'] = [
      { features: 2, kernel: [3, 3, 3], stride: [1, 1, 1], encoderBlocks: 1, decoderBlocks: 1 },
      { features: 4, kernel: [3, 3, 3], stride: [2, 2, 2], encoderBlocks: 1, decoderBlocks: 1 },
    ];
    const two: Plan = { ...plan('cpu-small'), patch: [4, 4, 4], batch: 3, stages };
    // Finest: 1 encoder, 1 transposed, 1 decoder convolution of 2 features and 3 classes on 64 voxels; below 4 features on 8.
    const elements = (3 * 2 + 3) * 64 + 4 * 8;
    // Convolution, bias, norm; transposed convolution; decoder; head.
    const parameters = (2 * 27 + 6) + (4 * 2 * 27 + 12) + (2 * 8 * 4 + 2) + (2 * 4 * 27 + 6) + (3 * 2 + 3);
    expect(estimateTrainingMemory(two)).toBe(12 * 3 * elements + 20 * parameters + 250e6);
  });

  it('grows from preset to preset', () => {
    const [small, middle, big] = (['cpu-small', 'gpu-8gb', 'gpu-24gb'] as const).map((name) => estimateTrainingMemory(plan(name)));
    expect(small).toBeLessThan(middle! / 4);
    expect(middle).toBeLessThan(big! / 2);
  });
});

describe('requireTrainingMemory', () => {
  it('passes where it fits and names the option to change where it does not', () => {
    const needed = estimateTrainingMemory(plan('gpu-8gb'));
    expect(() => requireTrainingMemory({ plan: plan('gpu-8gb'), freeBytes: needed })).not.toThrow();
    expect(() => requireTrainingMemory({ plan: plan('gpu-8gb'), freeBytes: needed - 1 })).toThrow(
      /voxels does not fit the memory \(budget\): expected about .* GB of free memory for gpu-8gb but received .* GB\. Take the preset cpu-small .*or a plan with a smaller patch/,
    );
    expect(() => requireTrainingMemory({ plan: plan('gpu-8gb'), accumulate: 2, freeBytes: needed * 0.6 })).not.toThrow();
    // nnU-Net's plan for 8 GB fits 8 GB in mixed precision, which the CPU's float32 would not.
    expect(() => requireTrainingMemory({ plan: plan('gpu-8gb'), device: 'cuda', freeBytes: 8.6e9 })).not.toThrow();
    expect(() => requireTrainingMemory({ plan: plan('gpu-24gb'), device: 'cuda', freeBytes: 8.6e9 })).toThrow(/does not fit/);
    expect(() => requireTrainingMemory({ plan: plan('cpu-small'), freeBytes: 0 })).toThrow(/received 0\.0 GB\. Take a plan with a smaller patch, end other programs/);
  });
});
