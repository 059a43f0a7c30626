import type { BudgetName } from '@geoscribe/campaign';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import type { ForegroundIntensities, Plan } from '../../src/plan/plan.js';

export const someIntensities: ForegroundIntensities = {
  mean: 100,
  median: 99,
  std: 30,
  min: -5,
  max: 400,
  percentile00_5: 3,
  percentile99_5: 210,
};

/** A plan for one median case. */
export function planFor(options: {
  spacing: TensorShape;
  shape: TensorShape;
  channels?: string[];
  labels?: string[];
  relativeSize?: number;
  budget?: BudgetName;
}): Plan {
  const { spacing, shape, channels = ['MRI'], labels = ['background', 'one', 'two'] } = options;
  return planExperiment({
    fingerprint: {
      spacings: [spacing],
      shapesAfterCrop: [shape],
      medianRelativeSizeAfterCrop: options.relativeSize ?? 1,
      foregroundIntensities: channels.map(() => someIntensities),
    },
    dataset: { name: 'test', labels, channels },
    budget: options.budget ?? 'cpu-small',
  });
}
