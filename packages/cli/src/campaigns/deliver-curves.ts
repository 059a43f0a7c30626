import { join } from 'node:path';
import { writeCurves, type ReportJson } from '@geoscribe/model';

/**
 * Writes the curve of each training of a campaign into a folder of its own, `preliminary`, `iteration-<n>` for the
 * method and `<baseline>-<n>`: TensorBoard takes a folder as a run.
 *
 * @returns the folder, or null where the report holds no curves.
 */
export async function deliverCurves({ campaign, labels, trainings }: ReportJson, folder: string): Promise<string | null> {
  const trained = trainings.filter(({ curve }) => curve.length > 0);
  for (const { arm, iteration, curve } of trained) {
    const name = arm === 'preliminary' ? arm : `${arm === 'main' ? 'iteration' : arm}-${iteration}`;
    await writeCurves({ folder: join(folder, name), history: curve, run: { name: `${campaign}: ${name}`, labels }, now: () => new Date() });
  }
  return trained.length === 0 ? null : folder;
}
