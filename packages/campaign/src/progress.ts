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
  /** True when this report follows the resumption from a checkpoint of this epoch. */
  resumedFromEpoch?: number;
}
