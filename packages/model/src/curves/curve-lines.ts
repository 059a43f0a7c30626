import type { TimedEntry } from './curve-run.js';

/** A curve as JSON lines: one object an epoch, keys always in the same order, unknown ones left out. */
export function curveLines(history: readonly TimedEntry[]): string {
  return history.map((entry) => `${JSON.stringify(inOrder(entry))}\n`).join('');
}

function inOrder(entry: TimedEntry): TimedEntry {
  const { epoch, loss, learningRate, validationDice, validationMean, validationDiceByClass, secondsPerStep, waitingShare, time } = entry;
  return {
    epoch,
    loss,
    learningRate,
    ...(validationDice !== undefined && { validationDice }),
    ...(validationMean !== undefined && { validationMean }),
    ...(validationDiceByClass !== undefined && { validationDiceByClass }),
    ...(secondsPerStep !== undefined && { secondsPerStep }),
    ...(waitingShare !== undefined && { waitingShare }),
    ...(time !== undefined && { time }),
  };
}
