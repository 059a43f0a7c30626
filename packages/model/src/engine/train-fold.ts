import { access, mkdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { GeoscribeError, type ArtifactRef, type ImportedCase } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { contentKey, InPlaceStore, writeAtomically } from '@geoscribe/core-io/node';
import type { Plan } from '../plan/plan.js';
import { foldCases, requireSameCases } from '../runs/fold-cases.js';
import { publishCheckpoints, restoreCheckpoints } from '../runs/fold-checkpoints.js';
import { foldCurves, type CurveTargets } from '../runs/fold-curves.js';
import { foldPointers } from '../runs/fold-pointers.js';
import { importCases } from '../runs/import-cases.js';
import { foldFolder, type FoldFolder } from '../runs/run-folder.js';
import type { RunSettings } from '../runs/run-settings.js';
import { validateFold, type FoldValidation } from '../runs/validate-fold.js';
import { encodeCheckpoint } from '../training/checkpoint.js';
import type { CaseToTrain } from '../training/train.js';
import { beginRecord } from './begin-record.js';
import type { EngineContext } from './engine-context.js';
import type { DatasetFolder } from './import-case.js';
import { initialState } from './initial-state.js';
import { readCheckpoint } from './network-cache.js';
import { trainNetwork, type EpochState } from './train-network.js';
import { fullCases, validationCases } from './training-cases.js';

export interface TrainFoldInput {
  /** Folder of the fold in its run. */
  folder: string;
  dataset: DatasetFolder;
  plan: Plan;
  /** Ids. */
  training: string[];
  validation: string[];
  settings: RunSettings;
  /** Epochs to add to the training that the folder holds. */
  lengthenBy?: number;
  curves: CurveTargets;
}

export interface TrainedFold {
  /** SHA-256 of the last checkpoint; `final.safetensors` is the same with the temperature fitted on the validation cases. */
  checkpoint: string;
  epochs: number;
  /** Mean of the last epoch's steps. */
  loss: number;
  /** Null without validation cases. */
  validation: FoldValidation | null;
}

/**
 * Trains one fold of a run to its end, or the rest of it, and predicts its validation cases.
 *
 * The fold's folder gets `latest`, `best` and `final.safetensors` and the curves; how far the training has come is in
 * `state.json`.
 *
 * Errors: those of reading and preprocessing, naming the case; `InvalidDatasetError` where a training goes on whose files have
 *   changed; `CorruptArtifactError` where its latest checkpoint is gone; those of `trainNetwork`.
 */
export async function trainFold(input: TrainFoldInput, outer: EngineContext): Promise<TrainedFold> {
  const { dataset, plan, settings, lengthenBy } = input;
  const { seed, epochs, stepsPerEpoch, validateEvery, accumulate, deterministic } = settings;
  const folder = foldFolder(input.folder);
  const context = { ...outer, store: new InPlaceStore(outer.store), pointers: foldPointers(folder.state, outer.pointers) };
  await mkdir(folder.root, { recursive: true });
  await restoreCheckpoints(folder, context);

  const { training, validation } = await casesOf(input, folder, context);
  const curves = foldCurves({
    ...input.curves,
    folder: folder.root,
    name: `${plan.dataset.name}, ${basename(folder.root).replace('_', ' ')}`,
    plan,
    now: () => new Date(),
    warn: (note) => context.progress({ step: 'curves', done: 0, total: 1, note }),
  });
  const network = await trainNetwork(
    {
      key: contentKey({ step: 'fold' }),
      plan,
      device: settings.device,
      begin: async () => ({
        training: {
          kind: 'preliminary',
          ...(await beginRecord(settings, { epochs, stepsPerEpoch, usualRate: plan.training.learningRate }, plan, context)),
          firstStep: 0,
          totalSteps: epochs * stepsPerEpoch,
        },
        state: await initialState(plan, seed),
      }),
      prepare: async () => {
        const cases = await fullCases(training, plan, seed, context);
        requireForeground(cases);
        return { cases, validation: await validationCases(validation, plan, context) };
      },
      validateEvery,
      accumulate,
      deterministic,
      ...(lengthenBy !== undefined && { lengthenBy }),
      latestName: folder.checkpoint('latest'),
      onEpoch: async (state: EpochState) => {
        await publishCheckpoints({ latest: state.latest, best: state.best }, folder, context);
        await curves.epoch(state);
      },
    },
    context,
  ).catch(async (error: unknown) => {
    await curves.close(context.signal.aborted ? 'stopped' : 'failed');
    throw error;
  });
  await curves.close('finished');

  const { checkpoint } = network;
  const known = await finishedResult(folder, checkpoint);
  if (known !== null) return known;
  await publishCheckpoints({ final: checkpoint }, folder, context);
  const cases = { folder: folder.validation, checkpoint, plan, cases: validation, listing: dataset.listing, settings };
  const validated = validation.length === 0 ? null : await validateFold(cases, context);
  if (validated?.calibration) {
    const calibrated = encodeCheckpoint({ ...(await readCheckpoint(context.store, checkpoint)), calibration: validated.calibration });
    await writeAtomically(folder.checkpoint('final'), calibrated);
  }
  const result: TrainedFold = { checkpoint: checkpoint.sha256, epochs: network.epochs, loss: network.finalLoss, validation: validated };
  await writeAtomically(folder.result, Buffer.from(`${JSON.stringify(result, null, 2)}\n`));
  return result;
}

/** A single case may well show nothing; all of them are labels of something else. */
function requireForeground(cases: CaseToTrain[]): void {
  if (cases.some(({ sampling }) => sampling.locations.length > 0)) return;
  throw new GeoscribeError('InvalidLabelError', 'No training case of the fold has foreground', {
    field: 'label',
    expected: 'a voxel above 0 in at least one case',
    received: `background only in ${cases.length} cases`,
    nextStep: 'Check that these labels belong to these images, and how the splits divide them.',
  });
}

/** Reads the fold's cases; a training that goes on must find those it was begun with. */
async function casesOf(
  { dataset, training, validation, settings }: TrainFoldInput,
  folder: FoldFolder,
  context: EngineContext,
): Promise<{ training: ImportedCase[]; validation: ImportedCase[] }> {
  const { trustImageGeometry } = settings;
  const all = await importCases({ ...dataset, ids: [...training, ...validation], trustImageGeometry }, context);
  const cases = { training: all.slice(0, training.length), validation: all.slice(training.length) };
  const described = foldCases(cases);
  if (await exists(folder.state)) await requireSameCases(folder.cases, described);
  else await writeAtomically(folder.cases, Buffer.from(`${canonicalJson(described)}\n`));
  return cases;
}

async function finishedResult({ result }: FoldFolder, { sha256 }: ArtifactRef): Promise<TrainedFold | null> {
  try {
    const known = JSON.parse(await readFile(result, 'utf8')) as TrainedFold;
    return known.checkpoint === sha256 ? known : null;
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
