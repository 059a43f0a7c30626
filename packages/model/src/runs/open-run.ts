import type { BudgetName } from '@geoscribe/campaign';
import { listDataset, type DatasetListing } from '@geoscribe/core-io/node';
import type { Plan } from '../plan/plan.js';
import { createRun } from './create-run.js';
import { existingRun } from './existing-run.js';
import type { Fold } from './fold.js';
import { readText } from './read-json-text.js';
import { requireFolds } from './require-folds.js';
import { runFolder, type RunFolder } from './run-folder.js';
import type { ChosenSettings, RunSettings } from './run-settings.js';
import type { Splits } from './splits.js';

export interface OpenRunOptions {
  /** Folder of the data set. */
  data: string;
  /** Folder of the run; made where it is not there. */
  folder: string;
  /** Folds that are to be trained. */
  folds: readonly Fold[];
  chosen: ChosenSettings;
  preset?: BudgetName | undefined;
  /** File of a plan, in place of one made from the labelled cases. */
  plan?: string | undefined;
  /** File of splits, in place of ones drawn by the seed. */
  splits?: string | undefined;
  /** Makes the plan of a new run. */
  makePlan: (source: { listing: DatasetListing; budget: BudgetName; trustImageGeometry: boolean }) => Promise<Plan>;
}

export interface Run {
  folder: RunFolder;
  listing: DatasetListing;
  settings: RunSettings;
  plan: Plan;
  /** Null where only `all` can be trained. */
  splits: Splits | null;
}

/**
 * Opens a run's folder, or makes one with settings, plan and splits; it appears as a whole.
 *
 * @throws GeoscribeError `InvalidConfigError` where what was chosen is not what the run was begun with, naming the field; for
 *   plan and splits files as `parsePlan` and `parseSplits`; where the machine has no memory for the plan (nothing is made
 *   then); `InvalidArgumentError` for a fold that the splits do not have and for a folder that holds something else;
 *   `InvalidDatasetError`.
 */
export async function openRun(options: OpenRunOptions): Promise<Run> {
  const folder = runFolder(options.folder);
  const listing = await listDataset(options.data, 'auto');
  const found = await readText(folder.settings);
  const run = found === null ? await createRun(options, folder, listing) : await existingRun(options, folder, listing, found);
  requireFolds(options.folds, { splits: run.splits, file: folder.splits });
  return run;
}
