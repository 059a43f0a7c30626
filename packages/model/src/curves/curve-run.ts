import type { CurveEntry } from '../training/training-record.js';

/** What a curve says about the training it belongs to. */
export interface CurveRun {
  /** Title of the chart and name of the run, e.g. `Hippocampus, fold 0`. */
  name: string;
  /** Names of all classes, background first; `validationDiceByClass` has an entry for each but the first. */
  labels: readonly string[];
  /** Settings worth comparing between runs, see `runParameters`. */
  parameters?: Readonly<Record<string, string | number | boolean>>;
}

/** An epoch and when it ended, ISO 8601 in UTC; unknown for an epoch that was never written down at its end. */
export interface TimedEntry extends CurveEntry {
  time?: string;
}

/** How a training ended. */
export type CurveOutcome = 'finished' | 'stopped' | 'failed';
