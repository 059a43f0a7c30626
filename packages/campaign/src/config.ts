import { z } from 'zod';
import { schedules } from './schedule.js';

export const propagationModes = ['posterior', 'reference', 'seeds-only', 'self-training', 'partial'] as const;
export type PropagationMode = (typeof propagationModes)[number];

/** Arms that a report may show beside the method; each repeats the fine-tuning with one thing changed. */
export const baselineNames = ['seeds-only', 'continued', 'self-training', 'partial-loss', 'full'] as const;
export type BaselineName = (typeof baselineNames)[number];

export const budgetNames = ['cpu-small', 'gpu-8gb', 'gpu-24gb'] as const;
export type BudgetName = (typeof budgetNames)[number];

export const devices = ['cpu', 'cuda'] as const;
export type Device = (typeof devices)[number];

export const precisions = ['auto', 'float32', 'bfloat16'] as const;
export type Precision = (typeof precisions)[number];

const positive = z.number().positive();
const count = z.number().int().positive();

/** One entry of `cases`: an id, a glob (`liver_*`) or a regular expression between slashes (`/[49]$/`). */
const caseSelection = z.union([z.string(), z.array(z.string())]);

const edgeBands = z.union([
  z.literal('none'),
  z.strictObject({
    /** Confidence cap at edge distance 0, 1, 2. */
    caps: z.array(z.number().min(0).max(1)).min(1),
    /** Axes whose neighbours count: `auto` leaves out axes coarser than 3 x the finest. */
    axes: z.union([z.literal('auto'), z.array(z.enum(['x', 'y', 'z']))]),
  }),
]);

const geodesic = z.strictObject({
  /** `auto`: `posterior`, but `reference` where no case is fully labelled and no network is given. */
  mode: z.enum(['auto', 'posterior', 'reference']).default('auto'),
  /** w_d: `thickness` derives it from the full cases. */
  distanceWeight: z.union([z.literal('thickness'), z.number().nonnegative()]).default('thickness'),
  gradientWeight: z.number().nonnegative().default(1),
  probabilityWeight: z.number().nonnegative().default(0.1),
  cutoff: positive.default(5),
  tau: positive.default(5),
  /** `overruled`: the more, the surer the network is of what the strokes overrule; see `propagationRule` of model. */
  beta: z.union([z.literal('overruled'), positive]).default('overruled'),
  gate: z.enum(['none', 'robust', 'reference']).default('robust'),
  neighbours: z.union([z.literal(6), z.literal(26)]).default(6),
  focusThreshold: z.number().min(0).max(1).default(0.1),
  edgeBands: edgeBands.default({ caps: [0, 0.25, 0.5], axes: 'auto' }),
});

/** Default by budget, see `schedules`. */
const schedule = {
  epochs: count.optional(),
  stepsPerEpoch: count.optional(),
  /** At the start; default the plan's: 0.05 and 0.03 for `cpu-small`, 0.01 and 0.001 for the others. */
  learningRate: positive.optional(),
};

export const campaignNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and hyphens');

/** Fields of `campaign.yaml`. */
export const campaignFields = z.strictObject({
  name: campaignNameSchema,
  dataset: z.strictObject({
    dir: z.string(),
    layout: z.enum(['auto', 'msd', 'nnunet']).default('auto'),
    trustImageGeometry: z.boolean().default(false),
  }),
  cases: z.strictObject({
    full: caseSelection.default([]),
    scribbled: caseSelection,
    validation: caseSelection.default([]),
    test: caseSelection.default([]),
  }),
  seed: z.number().int().nonnegative().default(0),
  device: z.enum(devices).default('cpu'),
  precision: z.enum(precisions).default('auto'),
  /** CPU threads of training and prediction; results are repeatable for a fixed number. */
  threads: count.default(2),
  budget: z.enum(budgetNames).default('cpu-small'),
  preliminary: z
    .strictObject({
      ...schedule,
      /** A `.safetensors` checkpoint of ours: skips training. */
      checkpoint: z.string().optional(),
      /** A plan of `geoscribe plan --output`, in place of one made from the full cases. */
      plan: z.string().optional(),
    })
    .prefault({}),
  fineTuning: z
    .strictObject({
      /** R: how often the cases are re-labelled. */
      iterations: count.optional(),
      /** Epochs are those of each iteration. */
      ...schedule,
      /** Share of patches drawn from pseudo-labelled cases, at most. */
      pseudoShare: z.number().min(0).max(1).default(0.8),
      emaDecay: z.number().min(0).max(0.99999).optional(),
    })
    .prefault({}),
  geodesic: geodesic.prefault({}),
  scribbles: z
    .strictObject({
      /** A folder of `<case>*.nii.gz` or `<case>*.seed`: skips the wait. */
      dir: z.string().optional(),
      /** Source value that means "no mark". */
      unmarked: z.number().int().nonnegative().default(0),
      /** Source value that means "background scribble". */
      background: z.number().int().nonnegative().optional(),
      /** Iterations that wait for a person: 1, or more for further human rounds. */
      humanRounds: count.default(1),
      reminderHours: positive.default(24),
    })
    .prefault({}),
  /**
   * A folder of predictions made elsewhere, `<case>.nii.gz` for every scribbled case, which replace the first prediction:
   * 4-D softmax probabilities, or a label map, on the image's own grid.
   */
  predictions: z.string().optional(),
  baselines: z.array(z.enum(baselineNames)).default(['seeds-only']),
  annotator: z
    .strictObject({
      strokesPerCase: count.default(5),
      minimumComponent: count.default(10),
    })
    .prefault({}),
});

/** `campaign.yaml`. Every field has the default of method.md, by budget where that decides; a path is relative to the file. */
export const campaignConfigSchema = campaignFields.transform((fields) => {
  const { preliminary, fineTuning } = schedules[fields.budget];
  return {
    ...fields,
    preliminary: { ...fields.preliminary, ...lengthOf(fields.preliminary, preliminary) },
    fineTuning: {
      ...fields.fineTuning,
      ...lengthOf(fields.fineTuning, fineTuning),
      iterations: fields.fineTuning.iterations ?? fineTuning.iterations,
      emaDecay: fields.fineTuning.emaDecay ?? fineTuning.emaDecay,
    },
  };
});

function lengthOf(chosen: { epochs?: number | undefined; stepsPerEpoch?: number | undefined }, usual: { epochs: number; stepsPerEpoch: number }) {
  return { epochs: chosen.epochs ?? usual.epochs, stepsPerEpoch: chosen.stepsPerEpoch ?? usual.stepsPerEpoch };
}

export type CampaignConfig = z.infer<typeof campaignConfigSchema>;
export type GeodesicSettings = Omit<z.infer<typeof geodesic>, 'mode'> & { mode: 'posterior' | 'reference' };

/** Labels and channels of the dataset. */
export interface DatasetDescription {
  name: string;
  /** Class names by label value, index 0 is background; length C. */
  labels: string[];
  /** Channel names, e.g. `MRI`, `CT`. */
  channels: string[];
  /** nnU-Net's `ignore`, always C: value of label voxels that nobody annotated. It is no class. Absent where there is none. */
  ignoreLabel?: number | undefined;
}

/**
 * The part of the configuration that decides results: what activities receive. Carries no path. Timeouts are here so
 * that a test can shorten them.
 */
export interface CampaignSettings {
  seed: number;
  device: Device;
  precision: Precision;
  threads: number;
  budget: BudgetName;
  dataset: DatasetDescription;
  preliminary: { epochs: number; stepsPerEpoch: number; learningRate?: number | undefined };
  fineTuning: CampaignConfig['fineTuning'];
  geodesic: GeodesicSettings;
}
