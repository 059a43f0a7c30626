import type { BudgetName } from './config.js';

/** How long networks are trained where the configuration does not say. */
export interface Schedule {
  preliminary: { epochs: number; stepsPerEpoch: number };
  /** Epochs are those of each iteration. */
  fineTuning: { iterations: number; epochs: number; stepsPerEpoch: number; emaDecay: number };
}

/** nnU-Net's length of training; fine-tuning of 300 epochs with 20 re-labellings, as the reference system's, evenly spread. */
const long: Schedule = {
  preliminary: { epochs: 1000, stepsPerEpoch: 250 },
  fineTuning: { iterations: 20, epochs: 15, stepsPerEpoch: 250, emaDecay: 0.999 },
};

/** By budget. Source: method.md sections 1 and 5; ADR 4. */
export const schedules: Record<BudgetName, Schedule> = {
  'cpu-small': {
    preliminary: { epochs: 15, stepsPerEpoch: 20 },
    fineTuning: { iterations: 3, epochs: 4, stepsPerEpoch: 20, emaDecay: 0.98 },
  },
  'gpu-8gb': long,
  'gpu-24gb': long,
};
