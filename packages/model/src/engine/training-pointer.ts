import type { CurveEntry } from '../training/training-record.js';
import type { EngineContext } from './engine-context.js';
import type { PointerValues } from './pointers.js';

type TrainingPointer = PointerValues['training'];

/** How far the training of a key has come; null where it has no checkpoint. */
export async function presentPointer(key: string, { store, pointers }: EngineContext): Promise<TrainingPointer | null> {
  const pointer = await pointers.read('training', key);
  return pointer !== null && (await store.has(pointer.latest)) ? pointer : null;
}

/** Stores an epoch's checkpoint, moves the pointer to it once it is durable, and removes what is superseded. */
export async function keepCheckpoint(
  { key, before, bytes, isBest, entry }: { key: string; before: TrainingPointer | null; bytes: Uint8Array; isBest: boolean; entry: CurveEntry },
  context: EngineContext,
): Promise<TrainingPointer> {
  const latest = await context.store.put(bytes, 'checkpoint');
  const best = isBest ? latest : before?.best;
  const { epoch, secondsPerStep, waitingShare } = entry;
  const pointer = {
    latest,
    ...(best !== undefined && { best }),
    secondsPerStep: { ...before?.secondsPerStep, ...(secondsPerStep !== undefined && { [epoch]: secondsPerStep }) },
    waitingShare: { ...before?.waitingShare, ...(waitingShare !== undefined && { [epoch]: waitingShare }) },
  };
  await context.pointers.write('training', key, pointer);
  await removeSuperseded(before, pointer, context);
  return pointer;
}

/** Removes the checkpoints that a pointer no longer names. */
export async function removeSuperseded(
  before: TrainingPointer | null,
  now: TrainingPointer,
  { store }: EngineContext,
): Promise<void> {
  const kept = [now.latest.sha256, now.best?.sha256];
  const superseded = [before?.latest.sha256, before?.best?.sha256].filter((sha256) => !kept.includes(sha256));
  for (const sha256 of new Set(superseded)) if (sha256 !== undefined) await store.remove(sha256);
}
