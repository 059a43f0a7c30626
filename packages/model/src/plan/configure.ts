import type { NetworkStage } from '@geoscribe/torch-native';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Budget } from './budget.js';
import { batchLimits } from './batch-limits.js';
import { estimateFeatureMaps } from './estimate-feature-maps.js';
import { roundHalfEven } from './round-half-even.js';
import { networkTopology, type Topology } from './topology.js';

/** Convolutions of every encoder and decoder stage. */
const blocks = 2;

export interface Configuration {
  patch: TensorShape;
  batch: number;
  stages: NetworkStage[];
}

/**
 * Patch, batch and network stages for a spacing under a budget.
 *
 * The patch starts at 256^3 voxels in the aspect of the inverse spacing, clipped to the median shape, and loses, step by
 * step, one divisor of the axis that is largest relative to the median shape until the memory estimate fits.
 *
 * @param options.spacing mm `[z, y, x]`.
 * @param options.medianShape voxels of the median case at that spacing.
 * @param options.cases number of cases, for the largest batch.
 * @param options.classes C, background included.
 *
 * Source: nnU-Net v2's `get_plans_for_configuration`.
 */
export function configure(options: {
  spacing: TensorShape;
  medianShape: TensorShape;
  cases: number;
  classes: number;
  budget: Budget;
}): Configuration {
  const { spacing, medianShape, cases, classes, budget } = options;
  const estimate = (topology: Topology): number =>
    estimateFeatureMaps({ patch: topology.patch, stages: stagesOf(topology, budget), classes });

  let topology = networkTopology({ spacing, patch: initialPatch(spacing, medianShape) });
  let elements = estimate(topology);
  while (elements > budget.memoryElements || voxelsOf(topology.patch) > budget.patchVoxels) {
    topology = networkTopology({ spacing, patch: shrink(topology, spacing, medianShape) });
    elements = estimate(topology);
  }

  const { patch } = topology;
  const limits = batchLimits({ elements, patch, medianShape, cases, budget });
  return {
    patch,
    batch: budget.batch ?? Math.max(Math.min(limits.memory, limits.coverage), limits.minimum),
    stages: stagesOf(topology, budget),
  };
}

function stagesOf({ strides, kernels }: Topology, { baseFeatures, maxFeatures }: Budget): NetworkStage[] {
  return strides.map((stride, stage) => ({
    features: Math.min(maxFeatures, baseFeatures * 2 ** stage),
    kernel: kernels[stage]!,
    stride,
    encoderBlocks: blocks,
    decoderBlocks: blocks,
  }));
}

function initialPatch(spacing: TensorShape, medianShape: TensorShape): TensorShape {
  const aspect = spacing.map((s) => 1 / s) as TensorShape;
  const scale = (256 ** 3 / voxelsOf(aspect)) ** (1 / 3);
  return aspect.map((a, axis) => Math.min(roundHalfEven(a * scale), medianShape[axis]!)) as TensorShape;
}

/**
 * The divisor is taken again after a trial step: a smaller patch may pool less and so lose less. An axis of one voxel has
 * nothing to lose; nnU-Net plans no 3-D network for a single slice.
 */
function shrink(topology: Topology, spacing: TensorShape, medianShape: TensorShape): TensorShape {
  const { patch, divisor } = topology;
  const relative = patch.map((n, axis) => (n > 1 ? n / medianShape[axis]! : 0));
  const axis = relative.lastIndexOf(Math.max(...relative));
  const trial: TensorShape = [...patch];
  trial[axis]! -= divisor[axis]!;
  const smaller: TensorShape = [...patch];
  smaller[axis]! -= networkTopology({ spacing, patch: trial }).divisor[axis]!;
  return smaller;
}

function voxelsOf(shape: TensorShape): number {
  return shape[0] * shape[1] * shape[2];
}
