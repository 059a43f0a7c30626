import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Budget } from './budget.js';
import { roundHalfEven } from './round-half-even.js';

/** Batch that the memory reference was measured with. */
const referenceBatch = 2;
const minimum = 2;
/** Largest share of the data set's voxels in one batch. */
export const largestCoverage = 0.05;

/** Patches a batch may hold, by what limits it. */
export interface BatchLimits {
  memory: number;
  /** So that a batch holds at most 5 % of the data set's voxels. */
  coverage: number;
  minimum: number;
}

/**
 * What limits the batch: `memory = 2 * budget / elements`, `coverage = 5 % of the data set's voxels / patch`, both
 * rounded.
 *
 * @param options.elements feature-map elements of one sample, see `estimateFeatureMaps`.
 *
 * Source: nnU-Net v2's `get_plans_for_configuration`.
 */
export function batchLimits(options: {
  elements: number;
  patch: TensorShape;
  medianShape: TensorShape;
  cases: number;
  budget: Budget;
}): BatchLimits {
  const { elements, patch, medianShape, cases, budget } = options;
  const datasetVoxels = medianShape[0] * medianShape[1] * medianShape[2] * cases;
  return {
    memory: roundHalfEven((budget.memoryElements / elements) * referenceBatch),
    coverage: roundHalfEven((datasetVoxels * largestCoverage) / (patch[0] * patch[1] * patch[2])),
    minimum,
  };
}
