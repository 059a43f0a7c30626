import type { Plan } from '../plan/plan.js';
import type { TrainingRecord } from '../training/training-record.js';

/** What of plan and training decides how a training goes, flat, for tables that compare runs. */
export function runParameters(plan: Plan, training: Omit<TrainingRecord, 'history'>): Record<string, string | number | boolean> {
  const { kind, arm, iteration, seed, device, precision, threads, epochs, stepsPerEpoch, learningRate, emaDecay } = training;
  return {
    dataset: plan.dataset.name,
    classes: plan.dataset.labels.length,
    channels: plan.dataset.channels.join(', '),
    budget: plan.budget,
    patch: plan.patch.join(' x '),
    batch: plan.batch,
    targetSpacing: plan.targetSpacing.map((mm) => Number(mm.toFixed(4))).join(' x '),
    stages: plan.stages.length,
    features: plan.stages.map(({ features }) => features).join(', '),
    normalization: plan.normalization.map(({ scheme }) => scheme).join(', '),
    momentum: plan.training.momentum,
    weightDecay: plan.training.weightDecay,
    warmUpSteps: plan.training.warmUpSteps,
    kind,
    ...(arm !== undefined && { arm }),
    ...(iteration !== undefined && { iteration }),
    seed,
    device,
    precision,
    threads,
    epochs,
    stepsPerEpoch,
    learningRate,
    ...(emaDecay !== undefined && { emaDecay }),
  };
}
