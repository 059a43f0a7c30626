import { progressCurvePoints, type Progress } from '@geoscribe/campaign';
import type { EpochRecord } from './training-record.js';

/** The finished epochs as a progress report carries them: neighbouring epochs averaged where there are many, four digits. */
export function progressCurve(history: readonly EpochRecord[]): NonNullable<Progress['curve']> {
  return {
    loss: thinned(history.map(({ loss }) => loss)),
    validationDice: thinned(history.flatMap(({ validationDice }) => validationDice ?? [])),
  };
}

function thinned(values: readonly number[]): number[] {
  const points = Math.min(values.length, progressCurvePoints);
  return Array.from({ length: points }, (_, k) => {
    const group = values.slice(Math.floor((k * values.length) / points), Math.floor(((k + 1) * values.length) / points));
    return Number((group.reduce((sum, value) => sum + value, 0) / group.length).toPrecision(4));
  });
}
