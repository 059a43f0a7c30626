import type { CurveEntry } from '../training/training-record.js';

/** One figure of an epoch under the name that TensorBoard and MLflow show. */
export interface EntryValue {
  name: string;
  value: number;
}

/** Name of the figure that every epoch has. */
export const lossName = 'training/loss';

/**
 * The finite figures of an epoch by name; what is unknown is left out.
 *
 * @param labels names of all classes, background first. Characters that MLflow does not take in a name become `_`; a
 *   class whose name is then taken gets its number behind it.
 */
export function entryValues(entry: CurveEntry, labels: readonly string[]): EntryValue[] {
  const names = classNames(labels);
  const values: [string, number | null | undefined][] = [
    [lossName, entry.loss],
    ['training/learningRate', entry.learningRate],
    ['validation/dice', entry.validationDice],
    ['validation/diceMean', entry.validationMean],
    ...(entry.validationDiceByClass ?? []).map((dice, k): [string, number | null] => [`validation/dice/${names[k + 1] ?? k + 1}`, dice]),
    ['speed/secondsPerStep', entry.secondsPerStep],
    ['speed/waitingShare', entry.waitingShare],
  ];
  return values.flatMap(([name, value]) => (typeof value === 'number' && Number.isFinite(value) ? [{ name, value }] : []));
}

function classNames(labels: readonly string[]): string[] {
  const plain = labels.map((label) => label.replace(/[^A-Za-z0-9_. -]/g, '_'));
  return plain.map((name, k) => (name === '' || plain.indexOf(name) !== k ? `${name}_${k}` : name));
}
