import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { GeoscribeError, type DatasetDescription } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { faultInWords, writeAtomically, type DatasetListing } from '@geoscribe/core-io/node';
import { defaultValidateEvery } from '../engine/train-network.js';
import { budgets } from '../plan/budget.js';
import { parsePlan } from '../plan/parse-plan.js';
import type { Plan } from '../plan/plan.js';
import { requireTrainable } from '../plan/require-trainable.js';
import { requireTrainingMemory } from '../plan/training-memory.js';
import { labelledIds } from './labelled-ids.js';
import type { OpenRunOptions, Run } from './open-run.js';
import { requireText } from './read-json-text.js';
import { encodeRunFile } from './run-file.js';
import { runFolder, type RunFolder } from './run-folder.js';
import { requireFolds } from './require-folds.js';
import { requireAgreement, type RunSettings } from './run-settings.js';
import { makeSplits, parseSplits, type Splits } from './splits.js';

/** nnU-Net's. */
const defaultFolds = 5;

/** Makes a run: settles what nobody chose, and writes settings, plan and splits. Errors: as `openRun`; then nothing is made. */
export async function createRun(options: OpenRunOptions, folder: RunFolder, listing: DatasetListing): Promise<Run> {
  await requireEmpty(folder);
  const { chosen, data } = options;
  const seed = chosen.seed ?? 0;
  const splits = await chooseSplits(options, labelledIds(listing, data), seed);
  requireFolds(options.folds, { splits, file: options.splits ?? folder.splits });
  const plan = await choosePlan(options, listing);
  requireTrainable(plan);
  const device = chosen.device ?? 'cpu';
  if (device === 'cpu') requireTrainingMemory({ plan, accumulate: chosen.accumulate ?? 1, freeBytes: process.availableMemory() });
  const { schedule } = budgets[plan.budget];
  const epochs = chosen.epochs ?? schedule.epochs;
  const settings: RunSettings = {
    seed,
    device,
    precision: chosen.precision ?? 'auto',
    threads: chosen.threads ?? availableParallelism(),
    epochs,
    stepsPerEpoch: chosen.stepsPerEpoch ?? schedule.stepsPerEpoch,
    validateEvery: chosen.validateEvery ?? defaultValidateEvery(epochs),
    folds: splits?.length ?? chosen.folds ?? defaultFolds,
    accumulate: chosen.accumulate ?? 1,
    deterministic: chosen.deterministic ?? false,
    trustImageGeometry: chosen.trustImageGeometry ?? false,
  };
  await writeRun(folder, { settings, plan, splits, dataset: listing.description });
  return { folder, listing, settings, plan, splits };
}

/** Given, or drawn by the seed; null where only `all` is trained and the cases are too few for the folds. */
async function chooseSplits({ splits: file, chosen, folds }: OpenRunOptions, ids: string[], seed: number): Promise<Splits | null> {
  if (file !== undefined) {
    const given = parseSplits(await requireText(file, 'Splits'), { file, ids });
    requireAgreement({ file, stored: { folds: given.length }, chosen: { folds: chosen.folds } });
    return given;
  }
  const count = chosen.folds ?? defaultFolds;
  const isNeeded = folds.some((fold) => fold !== 'all');
  return isNeeded || ids.length >= count ? makeSplits({ ids, folds: count, seed }) : null;
}

async function choosePlan({ plan: file, preset, chosen, makePlan }: OpenRunOptions, listing: DatasetListing): Promise<Plan> {
  if (file === undefined) {
    const budget = preset ?? (chosen.device === 'cuda' ? 'gpu-8gb' : 'cpu-small');
    return makePlan({ listing, budget, trustImageGeometry: chosen.trustImageGeometry ?? false });
  }
  const plan = parsePlan(await requireText(file, 'Plan'), { file, dataset: listing.description });
  if (preset === undefined || plan.budget === preset) return plan;
  throw new GeoscribeError('InvalidConfigError', 'Plan was made for another preset', { file, field: 'budget', expected: preset, received: plan.budget });
}

async function writeRun(
  folder: RunFolder,
  { settings, plan, splits, dataset }: Pick<Run, 'settings' | 'plan' | 'splits'> & { dataset: DatasetDescription },
): Promise<void> {
  const unfinished = runFolder(join(dirname(folder.root), `.${basename(folder.root)}.${process.pid}.tmp`));
  try {
    await mkdir(unfinished.root, { recursive: true });
    await writeAtomically(unfinished.plan, Buffer.from(`${canonicalJson(plan)}\n`));
    if (splits !== null) await writeAtomically(unfinished.splits, Buffer.from(`${JSON.stringify(splits, null, 2)}\n`));
    await writeAtomically(unfinished.settings, encodeRunFile({ dataset, settings }));
    // Takes the place of an empty folder, of no other.
    await rename(unfinished.root, folder.root);
  } catch (cause) {
    await rm(unfinished.root, { recursive: true, force: true });
    throw new GeoscribeError('InvalidArgumentError', 'The run’s folder cannot be made', { file: folder.root, field: '--output', expected: 'a new or empty folder', received: faultInWords(cause) }, { cause });
  }
}

async function requireEmpty({ root }: RunFolder): Promise<void> {
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : ['something that is no folder']));
  if (names.length === 0) return;
  throw new GeoscribeError('InvalidArgumentError', 'The folder is not a run’s', {
    file: root,
    field: '--output',
    expected: 'a new or empty folder, or one with a run.json',
    received: names.slice(0, 3).join(', '),
    nextStep: 'Choose another folder.',
  });
}
