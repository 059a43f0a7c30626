/** What a long activity reports: the details of its heartbeat and a line of the log. */
export interface Progress {
  /** Step in words, e.g. `train`, `predict`, `preprocess`. */
  step: string;
  done: number;
  total: number;
  /** Of training. */
  epoch?: number;
  epochs?: number;
  loss?: number;
  /** Mean foreground Dice on the validation cases, where there are any. */
  validationDice?: number;
  secondsPerStep?: number;
  /** Share of those seconds that a step waited for its batch, 0..1. */
  waitingShare?: number;
  /** True in the last report of an epoch: `loss` is its mean, and it was validated where it was to be. */
  epochEnded?: boolean;
  /** The finished epochs for a small chart, oldest first: at most `progressCurvePoints` a list, so that a heartbeat stays small. */
  curve?: { loss: number[]; validationDice: number[] };
  /** A sentence for whoever watches; repeated, since reports may be skipped: to be shown once. */
  note?: string;
  /** True when this report follows the resumption from a checkpoint of this epoch. */
  resumedFromEpoch?: number;
}

/** Longest list of a progress report's curve; a longer training is thinned out to as many means. */
export const progressCurvePoints = 32;
