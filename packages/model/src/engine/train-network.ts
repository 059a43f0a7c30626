import { GeoscribeError, type ArtifactRef, type Device, type TrainedNetwork } from '@geoscribe/campaign';
import { deviceMemory } from '@geoscribe/torch-native';
import { differingField } from '../plan/differing-field.js';
import type { Plan } from '../plan/plan.js';
import { requireTrainingMemory } from '../plan/training-memory.js';
import { encodeCheckpoint, type Checkpoint } from '../training/checkpoint.js';
import { lengthened } from '../training/learning-rate.js';
import { train, type CaseToTrain } from '../training/train.js';
import type { CurveEntry, TrainingRecord } from '../training/training-record.js';
import type { ValidationCase } from '../training/validate.js';
import { curveOf, describeNetwork } from './describe-network.js';
import type { EngineContext } from './engine-context.js';
import { explainNonFiniteLoss } from './explain-non-finite-loss.js';
import { readCheckpoint } from './network-cache.js';
import type { PointerValues } from './pointers.js';
import { keepCheckpoint, presentPointer, removeSuperseded } from './training-pointer.js';

/** How often a training looks at its validation cases, unless it is told. */
const validations = 10;

/** Where a training stands after an epoch. */
export interface EpochState {
  latest: ArtifactRef;
  /** The checkpoint with the best mean validation Dice so far. */
  best?: ArtifactRef;
  /** All epochs so far. */
  curve: CurveEntry[];
  training: TrainingRecord;
}

/** Every how many epochs a training of that length is validated. */
export function defaultValidateEvery(epochs: number): number {
  return Math.max(1, Math.ceil(epochs / validations));
}

/**
 * Trains to the end, from the latest checkpoint of an earlier attempt where there is one, and stores what results.
 *
 * The pointer `refs/training/<key>.json` names the latest checkpoint; it moves only after the new one is durable, and
 * then the checkpoint before is removed.
 *
 * @param input.key of everything that decides the result
 * @param input.begin state and record of the training before its first epoch
 * @param input.prepare the cases; not called where nothing is left to train
 * @param input.accumulate, deterministic see `TrainOptions`; the same at every attempt
 * @param input.validateEvery epochs between two validations; default a tenth of all
 * @param input.lengthenBy epochs by which the training is made longer than its latest checkpoint says, see `lengthened`;
 *   durable before the first of them
 * @param input.onEpoch awaited after every epoch, when its checkpoint is durable, and once at a resumption, with the state
 *   that was found
 * @param input.latestName what errors call the latest checkpoint
 * Errors: those of `train`, `NonFiniteLossError` naming the checkpoint that is left; `InvalidCheckpointError` where the checkpoint belongs to another plan; `InvalidConfigError`
 *   before the first step where the machine has no memory for the plan.
 */
export async function trainNetwork(
  input: {
    key: string;
    plan: Plan;
    device: Device;
    begin: () => Promise<{ training: TrainingRecord; state: Checkpoint['state'] }>;
    prepare: () => Promise<{ cases: CaseToTrain[]; validation: ValidationCase[] }>;
    pseudoShare?: number;
    accumulate?: number;
    deterministic?: boolean;
    validateEvery?: number;
    lengthenBy?: number;
    onEpoch?: (state: EpochState) => Promise<void>;
    latestName?: string;
  },
  context: EngineContext,
): Promise<Omit<TrainedNetwork, 'distanceWeight'>> {
  const { plan, device, pseudoShare, accumulate, deterministic, onEpoch } = input;
  const { signal, progress } = context;
  const resumed = await resume(input, context);
  let { pointer, start } = resumed;
  const { epochs, history } = start.training;
  if (pointer !== null) await onEpoch?.(epochState(pointer, start.training));
  if (history.length < epochs) {
    requireMemory(plan, device, accumulate);
    const finished = await train({
      plan,
      start,
      ...(await input.prepare()),
      validateEvery: input.validateEvery ?? defaultValidateEvery(epochs),
      ...(pseudoShare !== undefined && { pseudoShare }),
      ...(accumulate !== undefined && { accumulate }),
      ...(deterministic !== undefined && { deterministic }),
      onProgress: progress,
      signal,
      onCheckpoint: async ({ bytes, isBest, entry, training }) => {
        pointer = await keepCheckpoint({ key: input.key, before: pointer, bytes, isBest, entry }, context);
        await onEpoch?.(epochState(pointer, training));
      },
    }).catch((error: unknown) => {
      throw explainNonFiniteLoss(error, pointer === null ? null : (input.latestName ?? pointer.latest.uri));
    });
    start = finished;
  }
  return describeNetwork({ checkpoint: pointer!.latest, content: { plan, ...start }, pointer: pointer! }, context);
}

/** The latest checkpoint of an earlier attempt, lengthened where that is asked for, or the beginning. */
async function resume(
  { key, plan, begin, lengthenBy }: Pick<Parameters<typeof trainNetwork>[0], 'key' | 'plan' | 'begin' | 'lengthenBy'>,
  context: EngineContext,
): Promise<{ pointer: PointerValues['training'] | null; start: Pick<Checkpoint, 'training' | 'state'> }> {
  const { store, pointers, progress } = context;
  let pointer = await presentPointer(key, context);
  if (pointer === null) return { pointer, start: await begin() };
  const checkpoint = await readCheckpoint(store, pointer.latest);
  assertSamePlan(checkpoint.plan, plan, pointer.latest);
  let { training } = checkpoint;
  if (lengthenBy !== undefined) {
    training = lengthened(training, lengthenBy);
    const latest = await store.put(encodeCheckpoint({ ...checkpoint, training }), 'checkpoint');
    const before = pointer;
    pointer = { ...pointer, latest };
    await pointers.write('training', key, pointer);
    await removeSuperseded(before, pointer, context);
  }
  const { epochs, history } = training;
  const { length: epoch } = history;
  progress({ step: 'resume', done: epoch, total: epochs, epoch, epochs, resumedFromEpoch: epoch });
  return { pointer, start: { training, state: checkpoint.state } };
}

function epochState(pointer: PointerValues['training'], training: TrainingRecord): EpochState {
  const { latest, best } = pointer;
  return { latest, ...(best !== undefined && { best }), curve: curveOf(training.history, pointer), training };
}

/** Of a GPU that is not there LibTorch tells when the trainer is made. */
function requireMemory(plan: Plan, device: Device, accumulate = 1): void {
  const freeBytes = device === 'cpu' ? process.availableMemory() : deviceMemory(device)?.free;
  if (freeBytes !== undefined) requireTrainingMemory({ plan, device, accumulate, freeBytes });
}

function assertSamePlan(found: Plan, expected: Plan, ref: ArtifactRef): void {
  const difference = differingField(expected, found);
  if (difference === null) return;
  throw new GeoscribeError('InvalidCheckpointError', 'Checkpoint belongs to another plan', {
    file: ref.uri,
    ...difference,
    field: `plan.${difference.field}`,
  });
}
