import type { TrainedRun } from '@geoscribe/model';
import { formatTable } from './format-table.js';

/** What a run's folds reached, a row each, and their mean where there are several. */
export function formatRun({ folder, folds }: TrainedRun): string {
  const names = folds.find(({ validation }) => validation !== null)?.validation?.diceByClass.map(({ name }) => name) ?? [];
  const rows = folds.map(({ fold, epochs, loss, validation }) => [
    String(fold),
    epochs,
    loss.toFixed(3),
    validation?.cases ?? 0,
    dice(validation?.dice),
    ...names.map((_, k) => dice(validation?.diceByClass[k]?.dice)),
  ]);
  const validated = folds.flatMap(({ validation }) => (validation?.dice == null ? [] : [validation.dice]));
  const mean = validated.reduce((sum, value) => sum + value, 0) / validated.length;
  const last = validated.length < 2 ? '' : `\nMean Dice of ${validated.length} folds: ${mean.toFixed(3)}\n`;
  return `${formatTable(['fold', 'epochs', 'loss', 'validation cases', 'Dice', ...names], rows)}${last}\n${folder}\n`;
}

function dice(value: number | null | undefined): string | null {
  return value == null ? null : value.toFixed(3);
}
