import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GeoscribeError, type Progress } from '@geoscribe/campaign';
import { tryLock } from '@geoscribe/core-io/node';
import { runInChild } from '../child/run-in-child.js';
import type { TrainedFold } from '../engine/train-fold.js';
import { labelledIds } from './labelled-ids.js';
import type { CurveTargets } from './fold-curves.js';
import { foldName, type Fold } from './fold.js';
import { isFoldBegun } from './is-fold-begun.js';
import { openRun, type OpenRunOptions, type Run } from './open-run.js';
import type { FoldFolder } from './run-folder.js';

export interface TrainRunOptions extends OpenRunOptions {
  /** Go on with folds that were begun; those that were not start anew, with a note. */
  resume: boolean;
  /** Epochs by which every one of the folds is made longer; each was begun before. */
  lengthenBy?: number | undefined;
  curves: CurveTargets;
  signal: AbortSignal;
  onProgress: (fold: Fold, progress: Progress) => void;
}

export interface TrainedRun {
  folder: string;
  folds: (TrainedFold & { fold: Fold })[];
}

/**
 * Trains folds of a run one after the other, each in a supervised child process.
 *
 * Several processes may train different folds of one run at the same time.
 *
 * Errors: as `openRun`; `InvalidArgumentError` for a fold that was begun without `resume`, and for one that was not with
 *   `lengthenBy`; `HomeInUseError` where another process trains the fold; those of `trainFold` and `runInChild`; the signal's
 *   reason, the fold's last checkpoint valid.
 */
export async function trainRun(options: TrainRunOptions): Promise<TrainedRun> {
  const run = await openRun(options);
  for (const fold of options.folds) await requireStage(fold, run, options);
  const folds: TrainedRun['folds'] = [];
  for (const fold of options.folds) folds.push({ fold, ...(await lockedFold(fold, run, options)) });
  return { folder: run.folder.root, folds };
}

async function requireStage(fold: Fold, { folder, splits, settings }: Run, { resume, lengthenBy, onProgress }: TrainRunOptions): Promise<void> {
  const { root } = folder.fold(fold);
  const isBegun = await isFoldBegun(folder.root, fold);
  if (isBegun && !resume && lengthenBy === undefined) {
    throw new GeoscribeError('InvalidArgumentError', `Training of ${foldName(fold)} was begun before`, {
      file: root,
      field: '--fold',
      expected: `a fold that was not${splits === null ? '' : `, of ${splits.length}`}`,
      received: String(fold),
      nextStep: 'Go on with --resume, train longer with --epochs +N, or choose another --output.',
    });
  }
  if (!isBegun && resume && lengthenBy === undefined) {
    onProgress(fold, { step: 'begin', done: 0, total: settings.epochs, note: `No epoch of ${foldName(fold)} was finished before: its training starts anew.` });
  }
  if (isBegun || lengthenBy === undefined) return;
  throw new GeoscribeError('InvalidArgumentError', `There is no training of ${foldName(fold)} to lengthen`, {
    file: root,
    field: '--epochs',
    expected: 'a number of epochs for a new training',
    received: `+${lengthenBy}`,
    nextStep: 'Leave out the +.',
  });
}

async function lockedFold(fold: Fold, run: Run, options: TrainRunOptions): Promise<TrainedFold> {
  const folder = run.folder.fold(fold);
  await mkdir(folder.root, { recursive: true });
  const attempt = await tryLock(folder.lock);
  if (!attempt.acquired) throw inUse(fold, folder, attempt.holder);
  try {
    return await trainFoldInChild(fold, run, options);
  } finally {
    await attempt.release();
  }
}

async function trainFoldInChild(fold: Fold, run: Run, options: TrainRunOptions): Promise<TrainedFold> {
  const { folder, listing, settings, plan, splits } = run;
  const { train, val } = fold === 'all' ? { train: labelledIds(listing, options.data), val: [] } : splits![fold]!;
  const { lengthenBy, curves, signal, onProgress } = options;
  const input = {
    folder: resolve(folder.fold(fold).root),
    dataset: { dir: resolve(options.data), listing },
    plan,
    training: train,
    validation: val,
    settings,
    curves,
    ...(lengthenBy !== undefined && { lengthenBy }),
  };
  return runInChild('trainFold', { storeRoot: resolve(folder.store), input }, { signal, onProgress: (progress) => onProgress(fold, progress) });
}

function inUse(fold: Fold, { lock }: FoldFolder, holder: { pid: number; host: string } | null): GeoscribeError {
  return new GeoscribeError('HomeInUseError', `Another process trains ${foldName(fold)}`, {
    file: lock,
    expected: 'one process for each fold',
    received: holder === null ? 'a lock file that says nothing' : `process ${holder.pid} on ${holder.host}`,
    nextStep: 'Wait for it, stop it, or delete the lock file if that process is gone.',
  });
}
