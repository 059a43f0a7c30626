import { mkdir } from 'node:fs/promises';
import type { CurveEntry } from '../training/training-record.js';
import type { CurveRun } from './curve-run.js';
import { MlflowRun } from './mlflow-run.js';
import type { MlflowSettings } from './mlflow-settings.js';

/**
 * Sends the curve of a training that has ended to MLflow, as a run of its own; what the server has already is not sent
 * again.
 *
 * @param options.folder of the training, made where it is missing; `mlflow.json` in it names the run
 * @param options.history at least one epoch; an epoch of unknown time gets the time of the sending
 * Errors: `MlflowError` where the server cannot be reached or does not take it.
 */
export async function sendCurves(options: {
  settings: MlflowSettings;
  folder: string;
  history: readonly CurveEntry[];
  run: CurveRun;
  now: () => Date;
}): Promise<void> {
  const { history, ...rest } = options;
  await mkdir(rest.folder, { recursive: true });
  await new MlflowRun({ ...rest, warn: () => undefined, retryMs: [] }).send(history);
}
