import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  defaultTimeouts,
  GeoscribeError,
  type ArtifactRef,
  type CampaignConfig,
  type CampaignInput,
  type CampaignTimeouts,
  type CaseRole,
} from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { faultInWords, type ArtifactStore, type DatasetListing } from '@geoscribe/core-io/node';
import { decodeCheckpoint, parsePlan, requireCheckpointDataset, type DatasetFolder } from '@geoscribe/model';

export interface CampaignInputSource {
  config: CampaignConfig;
  /** Folder of the configuration file: relative paths start there. */
  directory: string;
  listing: DatasetListing;
  /** Ids by role, as the configuration's selections resolve. */
  cases: Record<CaseRole, string[]>;
  store: ArtifactStore;
  searchAttributes: boolean;
  timeouts?: CampaignTimeouts;
}

/**
 * What a campaign starts with: the configuration without its paths. File lists and a given checkpoint go into the
 * store; Temporal sees references only.
 *
 * @throws GeoscribeError `InvalidConfigError` where a case that must have a label has none, or nothing can be trained;
 *   `InvalidCheckpointError` for a given checkpoint that is none, or of another data set.
 */
export async function campaignInput(source: CampaignInputSource): Promise<CampaignInput> {
  const { config, directory, listing, cases, store } = source;
  requireLabels(source);
  requireFittingState(source);
  const artifact: DatasetFolder = { dir: resolve(directory, config.dataset.dir), listing };
  const { checkpoint, plan: planFile, ...preliminary } = config.preliminary;
  const plan = planFile === undefined ? null : await givenPlan(planFile, source);
  return {
    name: config.name,
    settings: {
      seed: config.seed,
      device: config.device,
      precision: config.precision,
      threads: config.threads,
      budget: config.budget,
      dataset: listing.description,
      preliminary,
      fineTuning: config.fineTuning,
      geodesic: { ...config.geodesic, mode: labelRule(source) },
    },
    dataset: await store.put(Buffer.from(canonicalJson(artifact)), 'dataset'),
    trustImageGeometry: config.dataset.trustImageGeometry,
    cases: (['full', 'scribbled', 'validation', 'test'] as const).flatMap((role) => cases[role].map((id) => ({ id, role }))),
    baselines: config.baselines,
    humanRounds: config.scribbles.humanRounds,
    ...(checkpoint === undefined ? {} : { preliminary: await givenCheckpoint(checkpoint, source) }),
    ...(plan === null ? {} : { plan }),
    ...(config.predictions === undefined ? {} : { predictions: await givenPredictions(resolve(directory, config.predictions), cases.scribbled, store) }),
    searchAttributes: source.searchAttributes,
    timeouts: source.timeouts ?? { ...defaultTimeouts, reminderMs: config.scribbles.reminderHours * 3_600_000 },
  };
}

/** A checkpoint of another data set is refused before anything is started. */
async function givenCheckpoint(checkpoint: string, { directory, listing, store }: CampaignInputSource): Promise<ArtifactRef> {
  const bytes = await readFile(resolve(directory, checkpoint)).catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidConfigError', 'Checkpoint cannot be read', { file: checkpoint, field: 'preliminary.checkpoint', expected: 'a .safetensors file of geoscribe', received: faultInWords(cause) }, { cause });
  });
  requireCheckpointDataset(decodeCheckpoint(bytes, { file: checkpoint }), { dataset: listing.description, file: checkpoint });
  return store.put(bytes, 'checkpoint');
}

/** A plan that does not fit is refused before anything is started. */
async function givenPlan(plan: string, { config, directory, listing, store }: CampaignInputSource): Promise<ArtifactRef> {
  if (config.preliminary.checkpoint !== undefined) {
    throw new GeoscribeError('InvalidConfigError', 'A checkpoint brings its own plan', {
      field: 'preliminary.plan',
      expected: 'a plan or a checkpoint',
      received: 'both',
      nextStep: 'Remove one of the two.',
    });
  }
  const text = await readFile(resolve(directory, plan), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidConfigError', 'Plan cannot be read', { file: plan, field: 'preliminary.plan', expected: 'a file of `geoscribe plan --output`', received: faultInWords(cause) }, { cause });
  });
  return store.put(Buffer.from(canonicalJson(parsePlan(text, { file: plan, dataset: listing.description }))), 'plan');
}

async function givenPredictions(folder: string, ids: readonly string[], store: ArtifactStore): Promise<Record<string, ArtifactRef>> {
  const entries = ids.map(async (id): Promise<[string, ArtifactRef]> => {
    const file = ['.nii.gz', '.nii'].map((ending) => join(folder, `${id}${ending}`)).find((path) => existsSync(path));
    if (file !== undefined) return [id, await store.putFile(file, 'volume')];
    throw new GeoscribeError('InvalidConfigError', `Case ${id} has no given prediction`, {
      field: 'predictions',
      expected: `${id}.nii.gz in ${folder}`,
      received: 'none',
      nextStep: 'Add it, or remove `predictions` to let the network predict.',
    });
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Where strokes of every class compete and the network knows little, the reference rule is the better one. */
function labelRule({ config, cases }: CampaignInputSource): 'posterior' | 'reference' {
  if (config.geodesic.mode !== 'auto') return config.geodesic.mode;
  return cases.full.length > 0 || config.preliminary.checkpoint !== undefined ? 'posterior' : 'reference';
}

/** Temporal refuses a payload of 2 MiB. The state that a run hands to the next is one, the report's input 1.3 times it. */
const greatestState = 1.45e6;

/** Sizes are those of a campaign of 100 cases, 25 of them scribbled, with six arms: 0.58 MB. */
function requireFittingState({ config, cases }: CampaignInputSource): void {
  const arms = 1 + config.baselines.length;
  const all = Object.values(cases).flat().length;
  const size = 1000 * all + 2300 * cases.scribbled.length * arms + 200 * cases.test.length * (config.fineTuning.iterations + arms);
  if (size <= greatestState) return;
  throw new GeoscribeError('InvalidConfigError', 'The campaign has too many cases for one workflow', {
    field: 'cases',
    expected: `a state below ${greatestState / 1e6} MB`,
    received: `about ${(size / 1e6).toFixed(1)} MB for ${cases.scribbled.length} scribbled cases and ${arms} arms`,
    nextStep: 'Leave out baselines, or split the cases over several campaigns.',
  });
}

function requireLabels({ config, listing, cases }: CampaignInputSource): void {
  const labelled = new Set(listing.cases.filter(({ label }) => label !== undefined).map(({ id }) => id));
  for (const role of ['full', 'validation', 'test'] as const) {
    const missing = cases[role].filter((id) => !labelled.has(id));
    if (missing.length === 0) continue;
    throw new GeoscribeError('InvalidConfigError', `${missing.length} ${role} cases have no label`, {
      field: `cases.${role}`,
      expected: 'cases with a label file',
      received: missing.slice(0, 5).join(', '),
      nextStep: 'Give them another role, or add their labels.',
    });
  }
  if (config.baselines.includes('full') && !cases.scribbled.every((id) => labelled.has(id))) {
    throw new GeoscribeError('InvalidConfigError', 'The baseline "full" needs the truth of every scribbled case', {
      field: 'baselines',
      expected: 'labels for all scribbled cases',
      received: `labels for ${cases.scribbled.filter((id) => labelled.has(id)).length} of ${cases.scribbled.length}`,
      nextStep: 'Remove "full" from baselines.',
    });
  }
}
