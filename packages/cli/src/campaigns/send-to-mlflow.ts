import { sendCurves, type MlflowSettings, type ReportJson } from '@geoscribe/model';
import { trainingCurves } from './training-curves.js';

export interface SentCurves {
  /** Names of the runs that the server has now. */
  runs: string[];
  /** Why the others are missing; null where none is. */
  failure: string | null;
}

/**
 * Sends the curves of a campaign to MLflow, a run a training, once however often it is called; stops at the first that the
 * server does not take.
 *
 * @param folder with a folder for each training, as `deliverCurves` makes it.
 */
export async function sendToMlflow(report: ReportJson, folder: string, settings: MlflowSettings): Promise<SentCurves> {
  const runs: string[] = [];
  for (const training of trainingCurves(report, folder)) {
    try {
      await sendCurves({ ...training, settings, now: () => new Date() });
    } catch (error) {
      return { runs, failure: error instanceof Error ? error.message : String(error) };
    }
    runs.push(training.run.name);
  }
  return { runs, failure: null };
}
