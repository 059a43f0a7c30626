import { csv } from '../report/csv.js';
import type { TimedEntry } from './curve-run.js';

/**
 * A curve as CSV: one row an epoch. Every run has the same columns and one for each foreground class; an unknown or
 * non-finite value is an empty field.
 *
 * @param labels names of all classes, background first.
 */
export function curveTable(history: readonly TimedEntry[], labels: readonly string[]): string {
  const classes = labels.slice(1);
  const header = [
    'epoch',
    'loss',
    'learning_rate',
    'validation_dice',
    'validation_mean',
    ...classes.map((label) => `validation_dice ${label}`),
    'seconds_per_step',
    'waiting_share',
    'time',
  ];
  const rows = history.map((entry) => [
    entry.epoch,
    number(entry.loss),
    number(entry.learningRate),
    number(entry.validationDice),
    number(entry.validationMean),
    ...classes.map((_, k) => number(entry.validationDiceByClass?.[k])),
    number(entry.secondsPerStep),
    number(entry.waitingShare),
    entry.time ?? '',
  ]);
  return csv([header, ...rows]);
}

function number(value: number | null | undefined): number | '' {
  return typeof value === 'number' && Number.isFinite(value) ? value : '';
}
