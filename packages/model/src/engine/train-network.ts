import { GeoscribeError, type ArtifactRef, type Device, type TrainedNetwork } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import { requireTrainingMemory } from '../plan/training-memory.js';
import type { Checkpoint } from '../training/checkpoint.js';
import { train, type CaseToTrain } from '../training/train.js';
import type { CurveEntry, TrainingRecord } from '../training/training-record.js';
import type { ValidationCase } from '../training/validate.js';
import type { EngineContext } from './engine-context.js';
import { readCheckpoint } from './network-cache.js';
import type { PointerValues } from './pointers.js';

/** How often at most a training looks at its validation cases. */
const validations = 10;

/**
 * Trains to the end, from the latest checkpoint of an earlier attempt where there is one, and stores what results.
 *
 * The pointer `refs/training/<key>.json` names the latest checkpoint; it moves only after the new one is durable, and
 * then the checkpoint before is removed.
 *
 * @param input.key of everything that decides the result
 * @param input.begin state and record of the training before its first epoch
 * Errors: those of `train`; `InvalidCheckpointError` where the checkpoint belongs to another plan; `InvalidConfigError`
 *   before the first step where the machine has no memory for the plan.
 */
export async function trainNetwork(
  input: {
    key: string;
    plan: Plan;
    device: Device;
    begin: () => Promise<{ training: TrainingRecord; state: Checkpoint['state'] }>;
    cases: CaseToTrain[];
    validation: ValidationCase[];
    pseudoShare?: number;
  },
  context: EngineContext,
): Promise<Omit<TrainedNetwork, 'distanceWeight'>> {
  const { key, plan, device, cases, validation, pseudoShare } = input;
  const { store, pointers, signal, progress } = context;
  let pointer = await presentPointer(key, context);
  let start: Pick<Checkpoint, 'training' | 'state'>;
  if (pointer === null) {
    checkMemory(plan, device);
    start = await input.begin();
  } else {
    const checkpoint = await readCheckpoint(store, pointer.latest);
    assertSamePlan(checkpoint.plan, plan, pointer.latest);
    if (checkpoint.training.history.length < checkpoint.training.epochs) checkMemory(plan, device);
    start = checkpoint;
    const { length: resumedFromEpoch } = checkpoint.training.history;
    progress({ step: 'resume', done: resumedFromEpoch, total: checkpoint.training.epochs, epoch: resumedFromEpoch, epochs: checkpoint.training.epochs, resumedFromEpoch });
  }
  const finished = await train({
    plan,
    start,
    cases,
    validation,
    validateEvery: Math.max(1, Math.ceil(start.training.epochs / validations)),
    ...(pseudoShare !== undefined && { pseudoShare }),
    onProgress: progress,
    signal,
    onCheckpoint: async ({ bytes, isBest, entry }) => {
      const latest = await store.put(bytes, 'checkpoint');
      const before: PointerValues['training'] | null = pointer;
      const best = isBest ? latest : before?.best;
      pointer = {
        latest,
        ...(best !== undefined && { best }),
        secondsPerStep: { ...before?.secondsPerStep, [entry.epoch]: entry.secondsPerStep! },
      };
      await pointers.write('training', key, pointer);
      await removeSuperseded(before, pointer, context);
    },
  });
  return describeNetwork({ checkpoint: pointer!.latest, content: finished, secondsPerStep: pointer!.secondsPerStep }, context);
}

/** Stores plan and curve of a checkpoint and describes it as the activities' contract wants it. */
export async function describeNetwork(
  input: { checkpoint: ArtifactRef; content: Checkpoint; secondsPerStep: Record<string, number> },
  { store }: Pick<EngineContext, 'store'>,
): Promise<Omit<TrainedNetwork, 'distanceWeight'>> {
  const { checkpoint, content, secondsPerStep } = input;
  const { history } = content.training;
  const curve: CurveEntry[] = history.map((entry) => {
    const seconds = secondsPerStep[entry.epoch];
    return { ...entry, ...(seconds !== undefined && { secondsPerStep: seconds }) };
  });
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

/** What a GPU has free is LibTorch's to say: there a training that does not fit ends in its `OutOfMemoryError`. */
function checkMemory(plan: Plan, device: Device): void {
  if (device === 'cpu') requireTrainingMemory({ plan, freeBytes: process.availableMemory() });
}

async function presentPointer(key: string, { store, pointers }: EngineContext): Promise<PointerValues['training'] | null> {
  const pointer = await pointers.read('training', key);
  return pointer !== null && (await store.has(pointer.latest)) ? pointer : null;
}

async function removeSuperseded(
  before: PointerValues['training'] | null,
  now: PointerValues['training'],
  { store }: EngineContext,
): Promise<void> {
  const kept = [now.latest.sha256, now.best?.sha256];
  const superseded = [before?.latest.sha256, before?.best?.sha256].filter((sha256) => !kept.includes(sha256));
  for (const sha256 of new Set(superseded)) if (sha256 !== undefined) await store.remove(sha256);
}

function assertSamePlan(found: Plan, expected: Plan, ref: ArtifactRef): void {
  const differing = Object.keys(expected).find(
    (field) => canonicalJson(found[field as keyof Plan]) !== canonicalJson(expected[field as keyof Plan]),
  ) as keyof Plan | undefined;
  if (differing === undefined) return;
  throw new GeoscribeError('InvalidCheckpointError', 'Checkpoint belongs to another plan', {
    file: ref.uri,
    field: `plan.${differing}`,
    expected: canonicalJson(expected[differing]),
    received: canonicalJson(found[differing]),
  });
}
