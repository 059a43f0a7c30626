import { GeoscribeError, type ArtifactRef, type TrainedNetwork } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import type { Checkpoint } from '../training/checkpoint.js';
import type { CurveEntry, EpochRecord } from '../training/training-record.js';
import type { EngineContext } from './engine-context.js';
import type { PointerValues } from './pointers.js';

/** Stores plan and curve of a checkpoint and describes it as the activities' contract wants it. */
export async function describeNetwork(
  input: { checkpoint: ArtifactRef; content: Checkpoint; pointer?: PointerValues['training'] },
  { store }: Pick<EngineContext, 'store'>,
): Promise<Omit<TrainedNetwork, 'distanceWeight'>> {
  const { checkpoint, content, pointer } = input;
  const { history } = content.training;
  const curve = curveOf(history, pointer ?? {});
  const last = history.at(-1);
  if (last === undefined) {
    throw new GeoscribeError('InvalidCheckpointError', 'Checkpoint is of a training that has not finished an epoch', {
      file: checkpoint.uri,
      field: 'training.history',
    });
  }
  return {
    checkpoint,
    plan: await store.put(Buffer.from(canonicalJson(content.plan)), 'plan'),
    curve: await store.put(Buffer.from(JSON.stringify(curve)), 'training-curve'),
    epochs: last.epoch,
    finalLoss: last.loss,
    ...(last.validationDice !== undefined && { validationDice: last.validationDice }),
  };
}

/** The history with what its epochs took, where that is known. */
export function curveOf(history: EpochRecord[], { secondsPerStep, waitingShare = {} }: Partial<PointerValues['training']>): CurveEntry[] {
  return history.map((entry) => {
    const seconds = secondsPerStep?.[entry.epoch];
    const waiting = waitingShare[entry.epoch];
    return { ...entry, ...(seconds !== undefined && { secondsPerStep: seconds }), ...(waiting !== undefined && { waitingShare: waiting }) };
  });
}
