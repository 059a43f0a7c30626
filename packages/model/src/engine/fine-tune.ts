import type { FineTuneInput, TrainedNetwork } from '@geoscribe/campaign';
import { contentKey } from '@geoscribe/core-io/node';
import { finalTensors, type Checkpoint } from '../training/checkpoint.js';
import { beginRecord } from './begin-record.js';
import type { EngineContext } from './engine-context.js';
import { readCheckpoint } from './network-cache.js';
import { trainNetwork } from './train-network.js';
import { fullCases, pseudoCases, validationCases } from './training-cases.js';

/**
 * One iteration of fine-tuning on full labels (confidence 1) and pseudo labels (their confidence map), under the plan of
 * the preliminary network.
 *
 * All iterations of an arm are one training with one learning-rate schedule: the first starts from the preliminary
 * network with a fresh optimiser, each later one goes on with weights, optimiser and average of the one before.
 *
 * Errors: `InvalidCheckpointError`, `CorruptArtifactError`; those of preprocessing and of `train`.
 */
export async function fineTune(input: FineTuneInput, context: EngineContext): Promise<TrainedNetwork> {
  const { settings, arm, iteration, network, full, pseudo, extraFull, validation } = input;
  const { seed, fineTuning } = settings;
  const { epochs, stepsPerEpoch, iterations, pseudoShare, emaDecay } = fineTuning;
  const previous = await readCheckpoint(context.store, network.checkpoint);
  const { plan } = previous;
  const stepsPerIteration = epochs * stepsPerEpoch;
  const trained = await trainNetwork(
    {
      key: contentKey(decidingParts(input)),
      plan,
      device: settings.device,
      begin: async () => ({
        training: {
          kind: 'fine-tuning',
          arm,
          iteration,
          ...(await beginRecord(settings, { ...fineTuning, usualRate: plan.training.fineTuningLearningRate }, plan, context)),
          firstStep: (iteration - 1) * stepsPerIteration,
          totalSteps: Math.max(iterations, iteration) * stepsPerIteration,
          emaDecay,
        },
        state: continues(previous, input) ? previous.state : freshState(previous),
      }),
      prepare: async () => ({
        cases: [
          ...(await fullCases([...full, ...extraFull], plan, seed, context)),
          ...(await pseudoCases(pseudo, plan, seed, context)),
        ],
        validation: await validationCases(validation, plan, context),
      }),
      pseudoShare,
    },
    context,
  );
  return { ...trained, distanceWeight: network.distanceWeight };
}

function continues({ training }: Checkpoint, { arm, iteration }: FineTuneInput): boolean {
  return training.kind === 'fine-tuning' && training.arm === arm && training.iteration === iteration - 1;
}

function freshState({ state }: Checkpoint): Checkpoint['state'] {
  return finalTensors(state).map((tensor) => ({ ...tensor, name: `model.${tensor.name}` }));
}

/** Everything that decides the trained network, by content. */
function decidingParts({ settings, arm, iteration, network, full, pseudo, extraFull, validation }: FineTuneInput) {
  const { seed, device, precision, threads, fineTuning } = settings;
  return {
    step: 'fine-tuning', seed, device, precision, threads, fineTuning, arm, iteration,
    checkpoint: network.checkpoint.sha256,
    full, extraFull, validation,
    pseudo: pseudo.map(({ preprocessed, pseudoLabel, confidence, focus }) => [
      preprocessed.image.sha256, pseudoLabel.sha256, confidence.sha256, focus.sha256,
    ]),
  };
}
