import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CurveEntry } from '../training/training-record.js';
import { linesName, writeCurveFiles } from './curve-files.js';
import type { CurveOutcome, CurveRun } from './curve-run.js';
import { readCurveTimes, withTimes } from './curve-times.js';
import { EventFile } from './event-file.js';
import { MlflowRun } from './mlflow-run.js';
import type { MlflowSettings } from './mlflow-settings.js';

export interface CurvesOptions {
  /** Made where it is missing. */
  folder: string;
  /** Besides JSON lines, CSV and the picture, which are always written. */
  formats: readonly 'tensorboard'[];
  mlflow: MlflowSettings | null;
  run: CurveRun;
  now: () => Date;
  /** Gets a sentence when MLflow goes away or comes back. */
  warn: (message: string) => void;
}

export interface Curves {
  /** Writes every format; `history` are all finished epochs, in order and at least one. */
  epoch(history: readonly CurveEntry[]): Promise<void>;
  /** Sends what MLflow lacks and tells it how the training ended. */
  close(outcome: CurveOutcome): Promise<void>;
}

/** Pauses between the attempts to end a run of MLflow, ms. */
const retryMs = [1_000, 4_000];

/**
 * Opens a training's curves: `training.jsonl`, `training.csv`, `progress.svg`, event files of TensorBoard, a run of
 * MLflow.
 *
 * Every file is written from the whole history, whole or not at all (an event file grows by appending), so that a
 * resumed training goes on where its checkpoint is and an epoch that is trained again appears once. Times of earlier
 * epochs are taken over from the `training.jsonl` of the session before.
 *
 * @param options.run.labels decides the columns of the CSV
 * Errors: those of the file system. MLflow never ends or delays a training: see `MlflowRun`.
 * Cost: an epoch rewrites about 300 bytes for each epoch before it.
 */
export async function openCurves({ folder, formats, mlflow, run, now, warn }: CurvesOptions): Promise<Curves> {
  await mkdir(folder, { recursive: true });
  const times = await readCurveTimes(join(folder, linesName));
  const events = formats.includes('tensorboard') ? new EventFile({ folder, labels: run.labels, now }) : null;
  const mlflowRun = mlflow === null ? null : new MlflowRun({ settings: mlflow, folder, run, now, warn, retryMs });
  return {
    async epoch(history) {
      const timed = withTimes(history, times, now);
      await writeCurveFiles(folder, timed, run);
      await events?.write(timed);
      mlflowRun?.offer(timed);
    },
    async close(outcome) {
      await mlflowRun?.close(outcome);
    },
  };
}
