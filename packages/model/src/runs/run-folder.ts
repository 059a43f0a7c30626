import { join } from 'node:path';
import { foldName, type Fold } from './fold.js';

/** Where a run keeps what. */
export interface RunFolder {
  root: string;
  /** Settings; its presence makes a folder a run. */
  settings: string;
  plan: string;
  splits: string;
  /** Artifact store: preprocessed cases, checkpoints. */
  store: string;
  fold(fold: Fold): FoldFolder;
}

/** Where a fold keeps what; deleting the folder forgets the training. */
export interface FoldFolder {
  root: string;
  /** Which checkpoint is the latest, in the store. */
  state: string;
  /** Hashes of the cases' files. */
  cases: string;
  checkpoint(which: 'latest' | 'best' | 'final'): string;
  /** Predictions of the validation cases on their own grid, and their scores. */
  validation: string;
  /** What the finished training reached. */
  result: string;
  lock: string;
}

export function runFolder(root: string): RunFolder {
  return {
    root,
    settings: join(root, 'run.json'),
    plan: join(root, 'plan.json'),
    splits: join(root, 'splits.json'),
    store: join(root, 'store'),
    fold: (fold) => foldFolder(join(root, foldName(fold))),
  };
}

export function foldFolder(root: string): FoldFolder {
  return {
    root,
    state: join(root, 'state.json'),
    cases: join(root, 'cases.json'),
    checkpoint: (which) => join(root, `${which}.safetensors`),
    validation: join(root, 'validation'),
    result: join(root, 'result.json'),
    lock: join(root, 'lock'),
  };
}
