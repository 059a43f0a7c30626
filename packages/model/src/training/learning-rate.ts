import type { TrainingRecord } from './training-record.js';

/** How the learning rate falls over a training. */
export interface LearningRateSchedule {
  /** Learning rate at the start, > 0. */
  base: number;
  /** Length of the whole schedule in steps; a training may cover only a part of it. */
  totalSteps: number;
  stepsPerEpoch: number;
  /** Steps over which the rate rises linearly from base / warmUpSteps; 0 or 1 is none. */
  warmUpSteps: number;
  /** `epoch`: constant within an epoch, as nnU-Net does; `step`: falls at every step, for schedules of a few epochs. */
  pace: 'epoch' | 'step';
}

/**
 * A training of more epochs: its learning rate follows, from the next step on, the schedule that it would have had with
 * the new length from the start.
 *
 * `T' = T + epochs * stepsPerEpoch`: the rate rises at once from what the old schedule had come down to, and falls to 0 at
 * the new end. What is trained already stays as it is. Lengthening by a and then, before another epoch, by b is lengthening
 * by a + b.
 *
 * @param epochs to add, 1 and more
 */
export function lengthened(training: TrainingRecord, epochs: number): TrainingRecord {
  return { ...training, epochs: training.epochs + epochs, totalSteps: training.totalSteps + epochs * training.stepsPerEpoch };
}

/**
 * Learning rate of one step.
 *
 * `base * (1 - t / T)^0.9 * min(1, (step + 1) / warmUpSteps)`, t / T in epochs or steps by `pace`.
 *
 * @param step position in the whole schedule, 0..totalSteps-1
 * Source: method section 5.
 */
export function learningRate(schedule: LearningRateSchedule, step: number): number {
  const { base, totalSteps, stepsPerEpoch, warmUpSteps, pace } = schedule;
  const position = pace === 'step' ? step : Math.floor(step / stepsPerEpoch) * stepsPerEpoch;
  return base * (1 - position / totalSteps) ** 0.9 * Math.min(1, (step + 1) / Math.max(warmUpSteps, 1));
}
