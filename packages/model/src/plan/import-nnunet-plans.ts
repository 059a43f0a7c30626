import type { z } from 'zod';
import { GeoscribeError, type BudgetName, type DatasetDescription } from '@geoscribe/campaign';
import { inverseOrder } from '../preprocessing/permute.js';
import { budgets } from './budget.js';
import { inPlaneAxis } from './in-plane-axis.js';
import { mirrorAxes } from './mirror-axes.js';
import { nnunetPlansSchema, type NnunetPlans } from './nnunet-plans-schema.js';
import { planVersion, type Normalization, type Plan } from './plan.js';

const schemes: Record<string, Normalization['scheme']> = {
  CTNormalization: 'CT',
  ZScoreNormalization: 'z-score',
  NoNormalization: 'none',
  RescaleTo01Normalization: 'rescale-to-0-1',
};
const configurationField = 'configurations.3d_fullres';
const networkField = `${configurationField}.architecture.arch_kwargs`;

/**
 * The plan of an `nnUNetPlans.json`, configuration `3d_fullres`.
 *
 * @param options.plans the parsed file, of nnU-Net 2.5 or newer.
 * @param options.file named in errors.
 * @param options.dataset names of labels and channels, which the file does not hold.
 * @param options.budget preset whose training constants and mirrored axes go with it.
 * @returns what `planExperiment` returns for the same fingerprint where nnU-Net's own planner wrote the file.
 * @throws GeoscribeError `InvalidConfigError` naming file, field, what we can represent and what the file says: another
 *   network than the plain U-Net, another resampling, normalisation or preprocessor, fields that contradict each other.
 */
export function importNnunetPlans(options: {
  plans: unknown;
  file: string;
  dataset: DatasetDescription;
  budget: BudgetName;
}): Plan {
  const { file, dataset } = options;
  const budget = budgets[options.budget];
  const parsed = nnunetPlansSchema.safeParse(options.plans);
  if (!parsed.success) throw notRepresentable(parsed.error.issues[0]!, options.plans, file);
  const plans = parsed.data;
  checkConsistent(plans, dataset.channels.length, file);
  const full = plans.configurations['3d_fullres'];
  const network = full.architecture.arch_kwargs;
  return {
    version: planVersion,
    dataset: { name: dataset.name, labels: [...dataset.labels], channels: [...dataset.channels] },
    budget: options.budget,
    transposeForward: plans.transpose_forward,
    transposeBackward: inverseOrder(plans.transpose_forward) as Plan['transposeBackward'],
    targetSpacing: full.spacing,
    medianShape: full.median_image_size_in_voxels,
    patch: full.patch_size,
    batch: full.batch_size,
    baseFeatures: network.features_per_stage[0]!,
    stages: network.strides.map((stride, stage) => ({
      features: network.features_per_stage[stage]!,
      kernel: network.kernel_sizes[stage]!,
      stride,
      encoderBlocks: network.n_conv_per_stage[stage]!,
      // The deepest stage has no decoder.
      decoderBlocks: network.n_conv_per_stage_decoder[stage] ?? network.n_conv_per_stage[stage]!,
    })),
    normalization: full.normalization_schemes.map((name, channel) => ({
      scheme: schemes[name]!,
      useMask: full.use_mask_for_norm[channel]!,
    })),
    foregroundIntensities: dataset.channels.map((_, channel) => {
      const { percentile_00_5, percentile_99_5, ...same } = plans.foreground_intensity_properties_per_channel[channel]!;
      return { ...same, percentile00_5: percentile_00_5, percentile99_5: percentile_99_5 };
    }),
    batchDice: full.batch_dice,
    inPlaneAxis: inPlaneAxis(full.patch_size),
    // The file does not say how the images lie: where labels name sides, nothing is mirrored.
    mirrorAxes: mirrorAxes({ allowed: budget.mirrorAxes, labels: dataset.labels, transposeForward: plans.transpose_forward }),
    training: { ...budget.training },
  };
}

/** What the schema cannot say: lengths that belong together, a permutation, a patch that the strides divide. */
function checkConsistent(plans: NnunetPlans, channels: number, file: string): void {
  const full = plans.configurations['3d_fullres'];
  const network = full.architecture.arch_kwargs;
  const stages = network.strides.length;
  const require = (holds: boolean, field: string, expected: string, received: unknown): void => {
    if (holds) return;
    throw new GeoscribeError('InvalidConfigError', "nnU-Net's plan contradicts itself or the data set", { file, field, expected, received: JSON.stringify(received) });
  };
  const order = plans.transpose_forward;
  require(new Set(order).size === 3, 'transpose_forward', 'each of 0, 1, 2 once', order);
  for (const field of ['features_per_stage', 'kernel_sizes', 'n_conv_per_stage'] as const) {
    require(network[field].length === stages, `${networkField}.${field}`, `${stages} entries, as many as strides`, network[field]);
  }
  const decoders = network.n_conv_per_stage_decoder;
  require(decoders.length === stages - 1, `${networkField}.n_conv_per_stage_decoder`, `${stages - 1} entries, one less than strides`, decoders);
  require(network.strides[0]!.every((n) => n === 1), `${networkField}.strides.0`, '[1, 1, 1]', network.strides[0]);
  const divisor = full.patch_size.map((_n, axis) => network.strides.reduce((product, stride) => product * stride[axis]!, 1));
  require(
    full.patch_size.every((n, axis) => n % divisor[axis]! === 0),
    `${configurationField}.patch_size`,
    `multiples of ${JSON.stringify(divisor)}, the product of the strides`,
    full.patch_size,
  );
  for (const field of ['normalization_schemes', 'use_mask_for_norm'] as const) {
    require(full[field].length === channels, `${configurationField}.${field}`, `${channels} entries, as many as the data set has channels`, full[field]);
  }
  const intensities = Object.keys(plans.foreground_intensity_properties_per_channel);
  const expected = Array.from({ length: channels }, (_n, channel) => String(channel));
  require(
    intensities.sort().join() === expected.sort().join(),
    'foreground_intensity_properties_per_channel',
    `the channels ${expected.join(', ')}`,
    intensities,
  );
}

function notRepresentable(issue: z.core.$ZodIssue, plans: unknown, file: string): GeoscribeError {
  const received = issue.path.reduce<unknown>((inner, part) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[part], plans);
  return new GeoscribeError('InvalidConfigError', "nnU-Net's plan cannot be taken over", {
    file,
    field: issue.path.join('.') || 'root',
    expected: issue.code === 'invalid_value' ? issue.values.map((value) => JSON.stringify(value)).join(' or ') : issue.message.replace(/^.*?expected ([^,]*).*$/, '$1'),
    received: received === undefined ? 'nothing' : JSON.stringify(received),
    nextStep: 'Plan anew with `geoscribe plan`, or give a file of nnU-Net 2.5 or newer with a 3d_fullres configuration of its default planner.',
  });
}
