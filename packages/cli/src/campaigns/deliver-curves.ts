import { writeCurves, type ReportJson } from '@geoscribe/model';
import { trainingCurves } from './training-curves.js';

/**
 * Writes the curve of each training of a campaign into a folder of its own: TensorBoard takes a folder as a run.
 *
 * @returns the folder, or null where the report holds no curves.
 */
export async function deliverCurves(report: ReportJson, folder: string): Promise<string | null> {
  const trained = trainingCurves(report, folder);
  for (const training of trained) await writeCurves({ ...training, now: () => new Date() });
  return trained.length === 0 ? null : folder;
}
