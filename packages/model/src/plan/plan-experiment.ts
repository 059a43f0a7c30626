import type { BudgetName, DatasetDescription } from '@geoscribe/campaign';
import { GeoscribeError } from '@geoscribe/campaign';
import type { TensorShape } from '../morphology/tensor-shape.js';
import { budgets } from './budget.js';
import { configure, type Configuration } from './configure.js';
import type { Fingerprint } from './fingerprint.js';
import { inPlaneAxis } from './in-plane-axis.js';
import { mirrorAxes } from './mirror-axes.js';
import { planVersion, type Normalization, type Plan } from './plan.js';
import { resampledShape } from './resampled-shape.js';
import { roundHalfEven } from './round-half-even.js';
import { coarsestAxis, medianPerAxis, targetSpacing } from './target-spacing.js';

/** Below this share of the median voxels nnU-Net plans a low-resolution stage too. */
const lowResolutionThreshold = 0.25;
/** A low-resolution stage is dropped unless the full image has this many times its voxels. */
const lowResolutionGain = 2;
const spacingGrowth = 1.03;

/**
 * The plan of a data set: target spacing, patch, batch, network, normalisation and training constants.
 *
 * Pure in its arguments. Cost: microseconds.
 *
 * @param options.fingerprint of the fully labelled cases, or of the scribbled ones where there are none.
 * @param options.dataset names of labels (index 0 background) and channels.
 * @param options.budget named preset.
 * @throws GeoscribeError `InvalidDatasetError` where channels of data set and fingerprint differ in number.
 *
 * Source: nnU-Net v2's `ExperimentPlanner` (configuration `3d_fullres`); departures: budgets other than `gpu-8gb`, and no mirroring
 * between left and right where labels name sides.
 */
export function planExperiment(options: {
  fingerprint: Fingerprint;
  dataset: DatasetDescription;
  budget: BudgetName;
}): Plan {
  const { fingerprint, dataset } = options;
  if (fingerprint.foregroundIntensities.length !== dataset.channels.length) {
    throw new GeoscribeError('InvalidDatasetError', `Data set ${dataset.name} and its images disagree`, {
      field: 'channels',
      expected: `${dataset.channels.length} channels (${dataset.channels.join(', ')})`,
      received: String(fingerprint.foregroundIntensities.length),
    });
  }
  const budget = budgets[options.budget];
  const ownTarget = targetSpacing(fingerprint);
  const worst = coarsestAxis(ownTarget);
  const forward = [worst, ...([0, 1, 2] as const).filter((axis) => axis !== worst)] as Plan['transposeForward'];
  const backward = [0, 1, 2].map((axis) => forward.indexOf(axis as 0 | 1 | 2)) as Plan['transposeBackward'];
  const permute = (shape: TensorShape): TensorShape => forward.map((axis) => shape[axis]!) as TensorShape;
  const spacing = permute(ownTarget);
  const medianShape = permute(
    medianPerAxis(
      fingerprint.shapesAfterCrop.map((shape, k) => resampledShape(shape, fingerprint.spacings[k]!, ownTarget)),
    ),
  );
  const cases = fingerprint.spacings.length;
  const classes = dataset.labels.length;
  const full = configure({ spacing, medianShape, cases, classes, budget });
  return {
    version: planVersion,
    dataset: { name: dataset.name, labels: [...dataset.labels], channels: [...dataset.channels] },
    budget: options.budget,
    transposeForward: forward,
    transposeBackward: backward,
    targetSpacing: spacing,
    medianShape,
    patch: full.patch,
    batch: full.batch,
    baseFeatures: budget.baseFeatures,
    stages: full.stages,
    normalization: dataset.channels.map((channel) => normalizationOf(channel, fingerprint)),
    foregroundIntensities: fingerprint.foregroundIntensities,
    batchDice: needsLowResolution(full, spacing, medianShape, (lowSpacing, lowShape) =>
      configure({ spacing: lowSpacing, medianShape: lowShape, cases, classes, budget }),
    ),
    inPlaneAxis: inPlaneAxis(full.patch),
    mirrorAxes: mirrorAxes({
      allowed: budget.mirrorAxes,
      labels: dataset.labels,
      transposeForward: forward,
      leftRightAxes: fingerprint.leftRightAxes,
    }),
    training: { ...budget.training },
  };
}

/** Scheme by channel name; the valid mask is used where cropping removes more than a quarter of the median case. */
function normalizationOf(channel: string, fingerprint: Fingerprint): Normalization {
  switch (channel.toLowerCase()) {
    case 'ct':
      return { scheme: 'CT', useMask: false };
    case 'nonorm':
      return { scheme: 'none', useMask: false };
    case 'rescale_to_0_1':
      return { scheme: 'rescale-to-0-1', useMask: false };
    default:
      return { scheme: 'z-score', useMask: fingerprint.medianRelativeSizeAfterCrop < 0.75 };
  }
}

/** True where nnU-Net would also plan, and keep, a low-resolution stage. */
function needsLowResolution(
  full: Configuration,
  spacing: TensorShape,
  medianShape: TensorShape,
  configureLow: (spacing: TensorShape, medianShape: TensorShape) => Configuration,
): boolean {
  const fullVoxels = voxelsOf(medianShape);
  const low: TensorShape = [...spacing];
  let voxels = fullVoxels;
  let patchVoxels = voxelsOf(full.patch);
  while (patchVoxels / voxels < lowResolutionThreshold) {
    const coarsest = Math.max(...low);
    const fine = [0, 1, 2].filter((axis) => coarsest / low[axis]! > 2);
    for (const axis of fine.length > 0 ? fine : [0, 1, 2]) low[axis]! *= spacingGrowth;
    const shape = medianShape.map((n, axis) => (spacing[axis]! / low[axis]!) * n) as TensorShape;
    voxels = voxelsOf(shape);
    patchVoxels = voxelsOf(configureLow([...low], shape.map(roundHalfEven) as TensorShape).patch);
  }
  return voxels < fullVoxels && fullVoxels / voxels >= lowResolutionGain;
}

function voxelsOf(shape: TensorShape): number {
  return shape[0] * shape[1] * shape[2];
}
