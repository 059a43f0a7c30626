import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { GeoscribeError, type BudgetName } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { listDataset, writeAtomically, type DatasetListing } from '@geoscribe/core-io/node';
import { defaultValidateEvery } from '../engine/train-network.js';
import { budgets } from '../plan/budget.js';
import { differingField } from '../plan/differing-field.js';
import { parsePlan } from '../plan/parse-plan.js';
import type { Plan } from '../plan/plan.js';
import { requireTrainable } from '../plan/require-trainable.js';
import { requireTrainingMemory } from '../plan/training-memory.js';
import type { Fold } from './fold.js';
import { runFolder, type RunFolder } from './run-folder.js';
import { requireAgreement, runSettingsSchema, type ChosenSettings, type RunSettings } from './run-settings.js';
import { makeSplits, parseSplits, type Splits } from './splits.js';

const runSchema = z.strictObject({
  format: z.literal('geoscribe-run-1'),
  dataset: z.strictObject({ name: z.string(), labels: z.array(z.string()), channels: z.array(z.string()) }),
  settings: runSettingsSchema,
});

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
  for (const fold of options.folds) requireFold(fold, run);
  return run;
}

async function createRun(options: OpenRunOptions, folder: RunFolder, listing: DatasetListing): Promise<Run> {
  await requireEmpty(folder);
  const { chosen, folds, makePlan } = options;
  const dataset = listing.description;
  const trustImageGeometry = chosen.trustImageGeometry ?? false;
  const device = chosen.device ?? 'cpu';
  const budget = options.preset ?? (device === 'cuda' ? 'gpu-8gb' : 'cpu-small');
  const ids = labelledIds(listing, options.data);
  const given = options.splits === undefined ? null : parseSplits(await requireText(options.splits, 'Splits'), { file: options.splits, ids });
  const plan = options.plan === undefined ? null : parsePlan(await requireText(options.plan, 'Plan'), { file: options.plan, dataset });
  if (plan !== null && options.preset !== undefined && plan.budget !== options.preset) {
    throw new GeoscribeError('InvalidConfigError', 'Plan was made for another preset', { file: options.plan!, field: 'budget', expected: options.preset, received: plan.budget });
  }
  const seed = chosen.seed ?? 0;
  const count = given?.length ?? chosen.folds ?? defaultFolds;
  if (given !== null) requireAgreement({ file: options.splits!, stored: { folds: count }, chosen: { folds: chosen.folds } });
  const needed = folds.some((fold) => fold !== 'all');
  const splits = given ?? (needed || ids.length >= count ? makeSplits({ ids, folds: count, seed }) : null);
  const made = plan ?? (await makePlan({ listing, budget, trustImageGeometry }));
  requireTrainable(made);
  if (device === 'cpu') requireTrainingMemory({ plan: made, freeBytes: process.availableMemory() });
  const schedule = budgets[made.budget].schedule;
  const epochs = chosen.epochs ?? schedule.epochs;
  const settings: RunSettings = {
    seed,
    device,
    precision: chosen.precision ?? 'auto',
    threads: chosen.threads ?? availableParallelism(),
    epochs,
    stepsPerEpoch: chosen.stepsPerEpoch ?? schedule.stepsPerEpoch,
    validateEvery: chosen.validateEvery ?? defaultValidateEvery(epochs),
    folds: count,
    trustImageGeometry,
  };
  await writeRun(folder, { settings, plan: made, splits, dataset });
  return { folder, listing, settings, plan: made, splits };
}

/** nnU-Net's. */
const defaultFolds = 5;

async function writeRun(
  folder: RunFolder,
  { settings, plan, splits, dataset }: Pick<Run, 'settings' | 'plan' | 'splits'> & { dataset: DatasetListing['description'] },
): Promise<void> {
  const unfinished = runFolder(join(dirname(folder.root), `.${basename(folder.root)}.${process.pid}.tmp`));
  try {
    await mkdir(unfinished.root, { recursive: true });
    await writeAtomically(unfinished.plan, Buffer.from(`${canonicalJson(plan)}\n`));
    if (splits !== null) await writeAtomically(unfinished.splits, json(splits));
    await writeAtomically(unfinished.settings, json({ format: 'geoscribe-run-1', dataset, settings }));
    // Takes the place of an empty folder, of no other.
    await rename(unfinished.root, folder.root);
  } catch (cause) {
    await rm(unfinished.root, { recursive: true, force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new GeoscribeError('InvalidArgumentError', 'The run’s folder cannot be made', { file: folder.root, field: '--output', expected: 'a new or empty folder', received: code ?? message }, { cause });
  }
}

async function existingRun(options: OpenRunOptions, folder: RunFolder, listing: DatasetListing, text: string): Promise<Run> {
  const { chosen, preset } = options;
  const run = parseRun(text, folder.settings);
  const { dataset, settings } = run;
  requireAgreement({ file: folder.settings, stored: { ...dataset }, chosen: { ...listing.description } });
  requireAgreement({ file: folder.settings, stored: settings, chosen });
  const plan = parsePlan(await requireText(folder.plan, 'Plan'), { file: folder.plan, dataset });
  requireAgreement({ file: folder.plan, stored: { budget: plan.budget }, chosen: { budget: preset } });
  if (options.plan !== undefined) {
    const other = parsePlan(await requireText(options.plan, 'Plan'), { file: options.plan, dataset });
    const difference = differingField(plan, other);
    if (difference !== null) requireAgreement({ file: folder.plan, stored: { [difference.field]: plan[difference.field] }, chosen: { [difference.field]: other[difference.field] } });
  }
  const ids = labelledIds(listing, options.data);
  const stored = await readText(folder.splits);
  const splits = stored === null ? null : parseSplits(stored, { file: folder.splits, ids });
  if (splits !== null && options.splits !== undefined) {
    const other = parseSplits(await requireText(options.splits, 'Splits'), { file: options.splits, ids });
    const isSame = canonicalJson(splits) === canonicalJson(other);
    if (!isSame) requireAgreement({ file: folder.splits, stored: { splits: 'those of the run' }, chosen: { splits: options.splits } });
  }
  return { folder, listing, settings, plan, splits };
}

function parseRun(text: string, file: string): z.infer<typeof runSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = runSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new GeoscribeError('InvalidConfigError', `Run’s settings are not valid: ${issue.message}`, { file, field: issue.path.join('.') || 'root' });
}

function labelledIds({ cases }: DatasetListing, data: string): string[] {
  const ids = cases.filter(({ label }) => label !== undefined).map(({ id }) => id);
  if (ids.length > 0) return ids;
  throw new GeoscribeError('InvalidDatasetError', 'No case has a label to train on', {
    file: data,
    field: 'labelsTr',
    expected: 'a label for at least one case',
    received: `${cases.length} cases without`,
  });
}

function requireFold(fold: Fold, { splits, folder }: Run): void {
  if (fold === 'all' || (splits !== null && fold < splits.length)) return;
  throw new GeoscribeError('InvalidArgumentError', 'The run has no such fold', {
    file: folder.splits,
    field: '--fold',
    expected: splits === null ? 'all: the run was begun without splits' : `0 to ${splits.length - 1}, or all`,
    received: String(fold),
  });
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

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

async function requireText(file: string, what: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidConfigError', `${what} cannot be read`, { file, expected: 'a JSON file', received: cause.code ?? cause.message }, { cause });
  });
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
