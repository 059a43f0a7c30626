import type { ArtifactKind, ArtifactRef, ImportedCase, PreprocessedCase } from '@geoscribe/campaign';
import { contentKey } from '@geoscribe/core-io/node';
import type { Plan } from '../plan/plan.js';
import { encodeCase, type EncodedCase, type LabelUse } from '../preprocessing/encode-case.js';
import { caseFiles, readCaseFiles } from './case-files.js';
import { preprocessingMemory } from './case-memory.js';
import type { EngineContext } from './engine-context.js';
import type { PointerValues } from './pointers.js';
import { prepareInThreads } from './prepare-in-threads.js';

/** To be raised when preprocessing computes anything differently. */
const preprocessingVersion = 3;

type Stored = PointerValues['preprocessed'];
type Shelf = Pick<EngineContext, 'store' | 'pointers'>;

/**
 * The case on the plan's grid, from the store where an earlier step of any campaign has put it.
 *
 * The key is the content of image, label and plan: what has not changed is not computed again.
 *
 * Errors: those of reading, `preprocessImage` and `preprocessLabel`, naming the case.
 */
export async function preprocessedCase(
  input: { imported: ImportedCase; plan: Plan; labelUse: LabelUse },
  shelf: Shelf,
): Promise<PreprocessedCase> {
  const { imported, plan, labelUse } = input;
  const { id } = imported;
  const known = await storedCase(input, shelf);
  if (known !== null) return { id, ...known };
  const files = await filesOf(input, shelf);
  const encoded = encodeCase({ id, ...(await readCaseFiles(files)), ignoreLabel: files.ignoreLabel, labelUse, plan });
  return { id, ...(await storeCase(input, encoded, shelf)) };
}

/**
 * Many cases on the plan's grid, those that are not in the store computed on all cores. Each is stored when it is done: an
 * interrupted run goes on with the rest.
 *
 * @returns in the order of the cases.
 *
 * Errors: as `preprocessedCase`, of the first case that has one; the others end.
 */
export async function preprocessedCases(
  cases: readonly ImportedCase[],
  { plan, labelUse }: { plan: Plan; labelUse: LabelUse },
  context: Pick<EngineContext, 'store' | 'pointers' | 'progress' | 'signal'>,
): Promise<PreprocessedCase[]> {
  const { progress, signal } = context;
  const known = await Promise.all(cases.map((imported) => storedCase({ imported, plan, labelUse }, context)));
  const found = known.filter((stored) => stored !== null).length;
  const report = (done: number): void => progress({ step: 'preprocess', done, total: cases.length });
  if (found > 0) report(found);
  const missing = cases.flatMap((imported, at) => (known[at] === null ? [{ imported, at, id: imported.id, bytes: preprocessingMemory(imported, plan) }] : []));
  await prepareInThreads(missing, {
    work: async ({ imported, at }, compute) => {
      const input = { imported, plan, labelUse };
      const encoded = (await compute({ kind: 'preprocess', files: await filesOf(input, context), labelUse, plan })) as EncodedCase;
      known[at] = await storeCase(input, encoded, context);
    },
    onDone: (done) => report(found + done),
    signal,
  });
  return cases.map(({ id }, at) => ({ id, ...known[at]! }));
}

interface Input {
  imported: ImportedCase;
  plan: Plan;
  labelUse: LabelUse;
}

function keyOf({ imported, plan, labelUse }: Input): string {
  return contentKey({
    version: preprocessingVersion,
    images: [imported.image, ...imported.moreChannels].map(({ sha256 }) => sha256),
    label: labelUse === 'none' ? null : (imported.label?.sha256 ?? null),
    ...(labelUse !== 'none' && imported.ignoreLabel !== undefined && { ignoreLabel: imported.ignoreLabel }),
    labelUse,
    plan,
  });
}

async function filesOf({ imported, labelUse }: Input, { store }: Shelf) {
  return caseFiles(store, imported, labelUse === 'none' ? 'none' : 'own');
}

/** Null where the case was never preprocessed so, or an array of it is gone. */
async function storedCase(input: Input, { store, pointers }: Shelf): Promise<Stored | null> {
  const known = await pointers.read('preprocessed', keyOf(input));
  if (known === null) return null;
  const present = await Promise.all(Object.values(known).map((ref) => store.has(ref)));
  return present.every(Boolean) ? known : null;
}

async function storeCase(input: Input, { image, validMask, properties, label, confidence }: EncodedCase, { store, pointers }: Shelf): Promise<Stored> {
  const put = (bytes: Uint8Array, kind: ArtifactKind): Promise<ArtifactRef> => store.put(bytes, kind);
  const stored = {
    image: await put(image, 'preprocessed-image'),
    validMask: await put(validMask, 'valid-mask'),
    properties: await put(properties, 'case-properties'),
    ...(label !== undefined && { label: await put(label, 'preprocessed-label') }),
    ...(confidence !== undefined && { confidence: await put(confidence, 'confidence-map') }),
  };
  await pointers.write('preprocessed', keyOf(input), stored);
  return stored;
}
