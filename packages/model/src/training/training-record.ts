import { z } from 'zod';

/** One epoch of a training. */
export const epochRecordSchema = z.strictObject({
  /** 1-based. */
  epoch: z.number().int().positive(),
  /** Mean loss of the epoch's steps. */
  loss: z.number(),
  /** Of the epoch's last step. */
  learningRate: z.number().nonnegative(),
  /** Mean foreground Dice on the validation cases, where they were predicted after this epoch. */
  validationDice: z.number().optional(),
  /** The same per foreground class; null where no validation case has the class in label or prediction. */
  validationDiceByClass: z.array(z.number().nullable()).optional(),
  /** Exponential mean (0.9) of the validation Dice up to this epoch. */
  validationMean: z.number().optional(),
});

export type EpochRecord = z.infer<typeof epochRecordSchema>;

/** A point of a training curve: the epoch and what it took; unknown for an epoch that another attempt trained. */
export const curveEntrySchema = epochRecordSchema.extend({
  /** Waiting for batches included. */
  secondsPerStep: z.number().nonnegative().optional(),
  /** Share of the steps' time that training waited for its next batch, 0..1. */
  waitingShare: z.number().min(0).max(1).optional(),
});

export type CurveEntry = z.infer<typeof curveEntrySchema>;

const count = z.number().int().positive();

/**
 * What a checkpoint says about its training: everything besides weights and plan that decides how it goes on. Carries no
 * time and no machine, so that a resumed training ends in the same bytes.
 */
export const trainingRecordSchema = z.strictObject({
  kind: z.enum(['preliminary', 'fine-tuning']),
  /** Fine-tuning: the arm and which iteration of it. */
  arm: z.string().optional(),
  iteration: count.optional(),
  seed: z.number().int().nonnegative(),
  device: z.enum(['cpu', 'cuda']),
  precision: z.enum(['float32', 'bfloat16']),
  /** How activations lie in memory; absent means the trainer's default. */
  layout: z.enum(['contiguous', 'channels-last']).optional(),
  threads: count,
  epochs: count,
  stepsPerEpoch: count,
  learningRate: z.number().positive(),
  /** Position of this training's first step in the learning-rate schedule, and that schedule's length. */
  firstStep: z.number().int().nonnegative(),
  totalSteps: count,
  emaDecay: z.number().min(0).lt(1).optional(),
  /** Finished epochs, one entry each. */
  history: z.array(epochRecordSchema),
  /** Exponential mean (0.9) of the validation Dice, and the best it has been. */
  validationMean: z.number().optional(),
  bestValidationMean: z.number().optional(),
});

export type TrainingRecord = z.infer<typeof trainingRecordSchema>;
