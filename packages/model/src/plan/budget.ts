import type { BudgetName } from '@geoscribe/campaign';

/** What a plan may spend, and how a network of that size is trained. */
export interface Budget {
  /** Features of the finest stage; deeper stages double them up to `maxFeatures`. */
  baseFeatures: number;
  maxFeatures: number;
  /** Feature-map elements of one sample that the memory allows, see `estimateFeatureMaps`. */
  memoryElements: number;
  /** Largest patch in voxels; Infinity where memory alone decides. */
  patchVoxels: number;
  /** Fixed batch size, or null where memory and data set size decide. */
  batch: number | null;
  training: TrainingPreset;
  /** Length of a training on full labels alone, where nobody chose one. */
  schedule: { epochs: number; stepsPerEpoch: number };
  /** Axes `[z, y, x]` mirrored in training and prediction. */
  mirrorAxes: [boolean, boolean, boolean];
}

export interface TrainingPreset {
  /** Nesterov momentum. */
  momentum: number;
  /** Start of the poly schedule, of the preliminary network and of fine-tuning. */
  learningRate: number;
  fineTuningLearningRate: number;
  /** Steps of linear warm-up. */
  warmUpSteps: number;
  weightDecay: number;
  /** Largest gradient norm of a step. */
  gradientNormClip: number;
}

/** nnU-Net's reference: elements that fit 8 GB. */
const elementsOf8Gb = 560e6;

const longTraining: TrainingPreset = {
  momentum: 0.99,
  learningRate: 0.01,
  fineTuningLearningRate: 1e-3,
  warmUpSteps: 0,
  weightDecay: 3e-5,
  gradientNormClip: 12,
};

/** nnU-Net's. */
const longSchedule = { epochs: 1000, stepsPerEpoch: 250 };

/** The named presets of method section 4 with the training constants of section 5. */
export const budgets: Record<BudgetName, Budget> = {
  'gpu-8gb': {
    baseFeatures: 32,
    maxFeatures: 320,
    memoryElements: elementsOf8Gb,
    patchVoxels: Infinity,
    batch: null,
    training: longTraining,
    schedule: longSchedule,
    mirrorAxes: [true, true, true],
  },
  'gpu-24gb': {
    baseFeatures: 32,
    maxFeatures: 320,
    memoryElements: elementsOf8Gb * 3,
    patchVoxels: Infinity,
    batch: null,
    training: longTraining,
    schedule: longSchedule,
    mirrorAxes: [true, true, true],
  },
  'cpu-small': {
    baseFeatures: 16,
    maxFeatures: 320,
    memoryElements: elementsOf8Gb,
    patchVoxels: 64 ** 3,
    batch: 2,
    training: { ...longTraining, momentum: 0.9, learningRate: 0.05, fineTuningLearningRate: 0.03, warmUpSteps: 20 },
    schedule: { epochs: 60, stepsPerEpoch: 100 },
    mirrorAxes: [false, false, false],
  },
};
