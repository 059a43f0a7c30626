import type { Progress } from '@geoscribe/campaign';
import { Network, setThreads, Trainer, type NamedTensor, type StepResult, type TrainingCase } from '@geoscribe/torch-native';
import { torchPredictor } from '../inference/torch-predictor.js';
import { mirrorWarning } from '../plan/mirror-warning.js';
import { networkSpec } from '../plan/network-spec.js';
import type { Plan } from '../plan/plan.js';
import { encodeCheckpoint, finalTensors, withoutPrefix, type Checkpoint } from './checkpoint.js';
import { learningRate } from './learning-rate.js';
import { batchRequests, type SamplerCase } from './patch-sampler.js';
import { progressCurve } from './progress-curve.js';
import type { CurveEntry, EpochRecord, TrainingRecord } from './training-record.js';
import { validate, type ValidationCase, type ValidationDice } from './validate.js';

/** A case's arrays and where to centre patches in it. */
export interface CaseToTrain {
  arrays: TrainingCase;
  sampling: SamplerCase;
}

export interface TrainOptions {
  plan: Plan;
  /** Where to start: no finished epoch in `training.history`, or those of the training that is resumed. */
  start: { training: TrainingRecord; state: NamedTensor[] };
  cases: CaseToTrain[];
  validation: ValidationCase[];
  /** Epochs between validations; the last epoch is always validated. */
  validateEvery: number;
  /** Largest share of patches from pseudo-labelled cases. */
  pseudoShare?: number;
  /** Parts that a batch is computed in where the whole does not fit the memory, see torch-native's `TrainerOptions`; default 1. */
  accumulate?: number;
  /** The same bits on every run on `cuda` too, slower; default false. */
  deterministic?: boolean;
  /** Awaited after every epoch: the checkpoint is durable before training goes on. */
  onCheckpoint: (checkpoint: { bytes: Uint8Array; isBest: boolean; entry: CurveEntry; training: TrainingRecord }) => Promise<void>;
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
}

/** Share of the old value in the exponential mean of the validation Dice. */
const validationMemory = 0.9;

/**
 * Trains until `start.training.epochs` epochs are finished and hands out a checkpoint after each.
 *
 * Every random number follows from `seed` and the step's number, and precision and threads come from
 * `start.training`: on CPU a training resumed from any of its checkpoints ends in the same bytes as one that was never
 * stopped.
 *
 * @param options.start.state `model.*`, and to go on with an optimiser `momentum.*` and `ema.*`; without them the
 *   optimiser is fresh and the average starts at the weights
 * @returns the finished training; its last checkpoint went to `onCheckpoint`
 * Errors: `NonFiniteLossError`, the last checkpoint stays the one of the epoch before; the signal's reason between steps.
 * Cost: one training step per step; a copy of the state per epoch.
 * Source: method section 5.
 */
export async function train(options: TrainOptions): Promise<Checkpoint> {
  const { plan, start, cases, signal, onProgress } = options;
  let { training, state } = start;
  signal.throwIfAborted();
  if (training.history.length >= training.epochs) return { plan, training, state };
  setThreads(training.threads);
  const note = mirrorWarning(plan);
  const resumedFromEpoch = training.history.length;
  const trainer = await createTrainer(options);
  try {
    while (training.history.length < training.epochs) {
      const epoch = training.history.length + 1;
      const report = (progress: Omit<Progress, 'epoch' | 'epochs'>): void =>
        onProgress({
          ...progress,
          epoch,
          epochs: training.epochs,
          curve: progressCurve(training.history),
          ...(note !== null && { note }),
          ...(resumedFromEpoch > 0 && { resumedFromEpoch }),
        });
      const { loss, rate, secondsPerStep, waitingShare } = await trainEpoch({ trainer, options, training, report });
      state = await trainer.state();
      const dice = isValidated(options, training, epoch) ? await validated(options, state, training, report) : null;
      const means = dice === null ? null : validationMeans(training, dice.mean);
      const entry: EpochRecord = {
        epoch,
        loss,
        learningRate: rate,
        ...(dice !== null && { validationDice: dice.mean, validationDiceByClass: dice.byClass, validationMean: means!.validationMean }),
      };
      training = { ...training, history: [...training.history, entry], ...means };
      const isBest = dice !== null && training.bestValidationMean === training.validationMean;
      await options.onCheckpoint({ bytes: encodeCheckpoint({ plan, training, state }), isBest, entry: { ...entry, secondsPerStep, waitingShare }, training });
      report({ step: 'train', done: training.stepsPerEpoch, total: training.stepsPerEpoch, loss, secondsPerStep, waitingShare, epochEnded: true, ...(dice !== null && { validationDice: dice.mean }) });
    }
    return { plan, training, state };
  } finally {
    trainer.dispose();
  }

  async function createTrainer({ plan }: TrainOptions): Promise<Trainer> {
    const created = await Trainer.create({
      spec: networkSpec(plan),
      initial: withoutPrefix(state, 'model.'),
      device: training.device,
      cases: cases.map(({ arrays }) => arrays),
      patch: plan.patch,
      augmentation: {
        enabled: true,
        inPlaneAxis: plan.inPlaneAxis,
        mirror: plan.mirrorAxes,
        maskedChannels: plan.normalization.map(({ useMask }) => useMask),
      },
      momentum: plan.training.momentum,
      weightDecay: plan.training.weightDecay,
      gradientClip: plan.training.gradientNormClip,
      diceSums: plan.batchDice ? 'batch' : 'sample',
      precision: training.precision,
      ...(training.layout !== undefined && { layout: training.layout }),
      ...(training.emaDecay !== undefined && { emaDecay: training.emaDecay }),
      ...(options.accumulate !== undefined && { accumulate: options.accumulate }),
      ...(options.deterministic !== undefined && { deterministic: options.deterministic }),
    });
    if (withoutPrefix(state, 'momentum.').length > 0) await created.restore(state);
    return created;
  }
}

async function trainEpoch(input: {
  trainer: Trainer;
  options: TrainOptions;
  training: TrainingRecord;
  report: (progress: Omit<Progress, 'epoch' | 'epochs'>) => void;
}): Promise<{ loss: number; rate: number; secondsPerStep: number; waitingShare: number }> {
  const { trainer, options, training, report } = input;
  const { plan, cases, pseudoShare, signal } = options;
  const { stepsPerEpoch } = training;
  const first = training.firstStep + training.history.length * stepsPerEpoch;
  const requests = Array.from({ length: stepsPerEpoch }, (_, i) => ({
    learningRate: learningRate(
      {
        base: training.learningRate,
        totalSteps: training.totalSteps,
        stepsPerEpoch,
        warmUpSteps: plan.training.warmUpSteps,
        // Schedules of a few epochs fall at every step.
        pace: plan.budget === 'cpu-small' ? 'step' : 'epoch',
      },
      first + i,
    ),
    patches: batchRequests({
      cases: cases.map(({ sampling }) => sampling),
      patch: plan.patch,
      batch: plan.batch,
      seed: training.seed,
      step: first + i,
      ...(pseudoShare !== undefined && { pseudoShare }),
    }),
  }));
  let done = 0;
  let seconds = 0;
  let waiting = 0;
  const results = await trainer.run(requests, {
    signal,
    onStep: (result: StepResult) => {
      done++;
      seconds += result.seconds + result.waitSeconds;
      waiting += result.waitSeconds;
      report({ step: 'train', done, total: stepsPerEpoch, loss: result.loss, secondsPerStep: seconds / done, waitingShare: waiting / seconds });
    },
  });
  return {
    loss: results.reduce((sum, result) => sum + result.loss, 0) / results.length,
    rate: requests.at(-1)!.learningRate,
    secondsPerStep: seconds / results.length,
    waitingShare: waiting / seconds,
  };
}

function isValidated({ validation, validateEvery }: TrainOptions, training: TrainingRecord, epoch: number): boolean {
  return validation.length > 0 && (epoch % validateEvery === 0 || epoch === training.epochs);
}

async function validated(
  options: TrainOptions,
  state: NamedTensor[],
  training: TrainingRecord,
  report: (progress: Omit<Progress, 'epoch' | 'epochs'>) => void,
): Promise<ValidationDice | null> {
  const { plan, validation, signal } = options;
  const network = await Network.load({ spec: networkSpec(plan), tensors: finalTensors(state), device: training.device });
  try {
    return await validate({
      predictor: torchPredictor(network, training, signal),
      cases: validation,
      plan,
      onCase: (done) => report({ step: 'validate', done, total: validation.length }),
      signal,
    });
  } finally {
    network.dispose();
  }
}

function validationMeans(training: TrainingRecord, dice: number): Required<Pick<TrainingRecord, 'validationMean' | 'bestValidationMean'>> {
  const { validationMean: old } = training;
  const validationMean = old === undefined ? dice : validationMemory * old + (1 - validationMemory) * dice;
  return { validationMean, bestValidationMean: Math.max(validationMean, training.bestValidationMean ?? 0) };
}
