import { z } from 'zod';
import { budgetNames } from '@geoscribe/campaign';

/** Version of the plan's own format; a plan of another version is refused, never guessed at. */
export const planVersion = 1;

const axisIndex = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const axes = z.tuple([axisIndex, axisIndex, axisIndex]);
const positiveInteger = z.number().int().positive();
const sizes = z.tuple([positiveInteger, positiveInteger, positiveInteger]);
const spacings = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const flags = z.tuple([z.boolean(), z.boolean(), z.boolean()]);

/** Intensities of foreground voxels of one channel, in the image's own unit; every case weighs the same. */
export const foregroundIntensitiesSchema = z.strictObject({
  mean: z.number(),
  median: z.number(),
  std: z.number().nonnegative(),
  min: z.number(),
  max: z.number(),
  percentile00_5: z.number(),
  percentile99_5: z.number(),
});

export type ForegroundIntensities = z.infer<typeof foregroundIntensitiesSchema>;

export const normalizationSchema = z.strictObject({
  scheme: z.enum(['CT', 'z-score', 'none', 'rescale-to-0-1']),
  /** z-score inside the valid mask only; the voxels outside keep their value. */
  useMask: z.boolean(),
});

export type Normalization = z.infer<typeof normalizationSchema>;

/**
 * Everything derived from a fingerprint that preprocessing, training and prediction must agree on, in nnU-Net's
 * vocabulary. Sizes and spacings are in tensor order after `transposeForward` unless said otherwise.
 */
export const planSchema = z.strictObject({
  version: z.literal(planVersion),
  dataset: z.strictObject({ name: z.string(), labels: z.array(z.string()).min(2), channels: z.array(z.string()).min(1) }),
  budget: z.enum(budgetNames),
  /** Axis `a` of the plan's grid is axis `transposeForward[a]` of the image's `[z, y, x]`. */
  transposeForward: axes,
  /** The inverse permutation. */
  transposeBackward: axes,
  /** mm. */
  targetSpacing: spacings,
  /** Median shape of the cases on the plan's grid; may end in .5. */
  medianShape: spacings,
  patch: sizes,
  batch: positiveInteger,
  baseFeatures: positiveInteger,
  /** Finest first, as `NetworkSpec.stages` of torch-native. */
  stages: z
    .array(
      z.strictObject({
        features: positiveInteger,
        kernel: sizes,
        stride: sizes,
        encoderBlocks: positiveInteger,
        decoderBlocks: positiveInteger,
      }),
    )
    .min(1),
  /** One per channel. */
  normalization: z.array(normalizationSchema).min(1),
  foregroundIntensities: z.array(foregroundIntensitiesSchema).min(1),
  /** Dice sums over the batch instead of per sample. */
  batchDice: z.boolean(),
  /** The axis that augmentation must not rotate through because the patch is flat (> 3) along it, or null. */
  inPlaneAxis: axisIndex.nullable(),
  /** Axes mirrored in training and prediction. */
  mirrorAxes: flags,
  training: z.strictObject({
    momentum: z.number().min(0).lt(1),
    learningRate: z.number().positive(),
    fineTuningLearningRate: z.number().positive(),
    warmUpSteps: z.number().int().nonnegative(),
    weightDecay: z.number().nonnegative(),
    gradientNormClip: z.number().positive(),
  }),
});

export type Plan = z.infer<typeof planSchema>;
