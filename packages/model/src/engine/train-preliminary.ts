import type { TrainPreliminaryInput, TrainedNetwork } from '@geoscribe/campaign';
import type { SeedMap } from '@geoscribe/core-io';
import { contentKey } from '@geoscribe/core-io/node';
import { classThickness } from '../plan/class-thickness.js';
import { distanceWeight } from '../plan/distance-weight.js';
import { parsePlan } from '../plan/parse-plan.js';
import { planExperiment } from '../plan/plan-experiment.js';
import type { Plan } from '../plan/plan.js';
import { requireTrainable } from '../plan/require-trainable.js';
import type { CaseToTrain } from '../training/train.js';
import { requireCheckpointDataset } from '../training/require-checkpoint-dataset.js';
import { beginRecord } from './begin-record.js';
import { describeNetwork } from './describe-network.js';
import type { EngineContext } from './engine-context.js';
import { fingerprintImported } from './fingerprint-cases.js';
import { readStoredLabels } from './imported-case.js';
import { initialState } from './initial-state.js';
import { readCheckpoint } from './network-cache.js';
import { trainNetwork } from './train-network.js';
import { fullCases, scribbledCases, validationCases } from './training-cases.js';

/** w_d where no full label tells a class's thickness (method section 2.1). */
const unknownDistanceWeight = 0.01;

/**
 * The preliminary network: fingerprint, plan, preprocessing and training on the fully labelled cases; where there are
 * none, on the scribbled cases with confidence 1 on their seeds and 0 elsewhere. With `checkpoint` nothing is trained.
 *
 * Errors: those of reading and preprocessing, naming the case; `InvalidCheckpointError`; those of `train`.
 */
export async function trainPreliminary(input: TrainPreliminaryInput, context: EngineContext): Promise<TrainedNetwork> {
  const { settings, full, validation, scribbled, checkpoint } = input;
  const { seed } = settings;
  if (checkpoint !== undefined) return adoptCheckpoint({ ...input, checkpoint }, context);

  const seeds = new Map<string, SeedMap>();
  if (full.length === 0) {
    for (const entry of scribbled) seeds.set(entry.case.id, await readStoredLabels(context.store, entry.seeds));
  }
  const plan = await planOf(input, context);
  const labelled = await fullCases(full, plan, seed, context);
  const marked = scribbled.flatMap((entry) => {
    const found = seeds.get(entry.case.id);
    return found === undefined ? [] : [{ imported: entry.case, seeds: found }];
  });
  const cases = [...labelled, ...(await scribbledCases(marked, plan, seed, context))];
  const { epochs, stepsPerEpoch } = settings.preliminary;
  const network = await trainNetwork(
    {
      key: contentKey(decidingParts(input)),
      plan,
      device: settings.device,
      begin: async () => ({
        training: {
          kind: 'preliminary',
          ...(await beginRecord(settings, { ...settings.preliminary, usualRate: plan.training.learningRate }, plan, context)),
          firstStep: 0,
          totalSteps: epochs * stepsPerEpoch,
        },
        state: await initialState(plan, seed),
      }),
      prepare: async () => ({ cases, validation: await validationCases(validation, plan, context) }),
    },
    context,
  );
  return { ...network, distanceWeight: distanceWeightOf(labelled, plan) };
}

/** A checkpoint that comes from elsewhere, taken as it is. */
async function adoptCheckpoint(
  { settings, full, checkpoint }: TrainPreliminaryInput & Required<Pick<TrainPreliminaryInput, 'checkpoint'>>,
  context: EngineContext,
): Promise<TrainedNetwork> {
  const content = await readCheckpoint(context.store, checkpoint);
  requireCheckpointDataset(content, { dataset: settings.dataset, file: checkpoint.uri });
  const labelled = await fullCases(full, content.plan, settings.seed, context);
  return {
    ...(await describeNetwork({ checkpoint, content }, context)),
    distanceWeight: distanceWeightOf(labelled, content.plan),
  };
}

async function planOf(
  { settings, full, scribbled, plan: given }: TrainPreliminaryInput,
  context: EngineContext,
): Promise<Plan> {
  const { dataset, budget } = settings;
  if (given !== undefined) return parsePlan((await context.store.get(given)).toString('utf8'), { file: given.uri, dataset });
  const cases = full.length > 0 ? full.map((imported) => ({ imported })) : scribbled.map((entry) => ({ imported: entry.case, seeds: entry.seeds }));
  const plan = planExperiment({ fingerprint: await fingerprintImported(cases, context), dataset, budget });
  requireTrainable(plan);
  return plan;
}

function distanceWeightOf(labelled: CaseToTrain[], plan: Plan): number[] {
  const classes = plan.dataset.labels.length;
  if (labelled.length === 0) return Array.from({ length: classes }, () => unknownDistanceWeight);
  const labels = labelled.map(({ arrays }) => ({ label: arrays.label, confidence: arrays.confidence, shape: arrays.shape, spacing: plan.targetSpacing }));
  return distanceWeight({ thickness: classThickness({ labels, classes }), spacing: plan.targetSpacing });
}

/** Everything that decides the trained network, by content: names of campaigns and later steps' settings do not. */
function decidingParts({ settings, full, validation, scribbled, plan }: TrainPreliminaryInput) {
  const { seed, device, precision, threads, budget, dataset, preliminary } = settings;
  return { step: 'preliminary', seed, device, precision, threads, budget, dataset, preliminary, full, validation, scribbled, ...(plan !== undefined && { plan: plan.sha256 }) };
}
