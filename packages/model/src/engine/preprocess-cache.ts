import type { ImportedCase, PreprocessedCase } from '@geoscribe/campaign';
import { encodeNpy, type Volume } from '@geoscribe/core-io';
import { contentKey } from '@geoscribe/core-io/node';
import type { Plan } from '../plan/plan.js';
import { preprocessImage, type PreprocessedImage } from '../preprocessing/preprocess-image.js';
import { preprocessLabel } from '../preprocessing/preprocess-label.js';
import type { EngineContext } from './engine-context.js';
import { readChannels, readLabel } from './imported-case.js';
import type { PointerValues } from './pointers.js';

/** To be raised when preprocessing computes anything differently. */
const preprocessingVersion = 3;

/**
 * How a case's label is used: `training` names valid voxels and is preprocessed too; `evaluation` is preprocessed beside
 * an image that knows nothing of it; `none` is not read.
 */
export type LabelUse = 'training' | 'evaluation' | 'none';

/**
 * The case on the plan's grid, from the store where an earlier step of any campaign has put it.
 *
 * The key is the content of image, label and plan: what has not changed is not computed again.
 *
 * Errors: those of reading, `preprocessImage` and `preprocessLabel`, naming the case.
 */
export async function preprocessedCase(
  input: { imported: ImportedCase; plan: Plan; labelUse: LabelUse },
  context: Pick<EngineContext, 'store' | 'pointers'>,
): Promise<PreprocessedCase> {
  const { imported, plan, labelUse } = input;
  const { store, pointers } = context;
  const key = contentKey({
    version: preprocessingVersion,
    images: [imported.image, ...imported.moreChannels].map(({ sha256 }) => sha256),
    label: labelUse === 'none' ? null : (imported.label?.sha256 ?? null),
    labelUse,
    plan,
  });
  const known = await pointers.read('preprocessed', key);
  if (known !== null && (await allPresent(known, context))) return { id: imported.id, ...known };

  const channels = await readChannels(store, imported);
  const label = labelUse === 'none' ? undefined : await readLabel(store, imported);
  const prepared = preprocessImage({ channels, plan, id: imported.id, ...(labelUse === 'training' && label && { label }) });
  const stored = await storePreprocessed({ prepared, label, plan, id: imported.id }, context);
  await pointers.write('preprocessed', key, stored);
  return { id: imported.id, ...stored };
}

async function storePreprocessed(
  input: { prepared: PreprocessedImage; label: Volume | undefined; plan: Plan; id: string },
  { store }: Pick<EngineContext, 'store'>,
): Promise<PointerValues['preprocessed']> {
  const { prepared, label, plan, id } = input;
  const { image, shape, validMask, properties } = prepared;
  return {
    image: await store.put(encodeNpy({ shape: [plan.dataset.channels.length, ...shape], data: image }), 'preprocessed-image'),
    validMask: await store.put(encodeNpy({ shape, data: validMask }), 'valid-mask'),
    properties: await store.put(Buffer.from(JSON.stringify(properties)), 'case-properties'),
    ...(label !== undefined && {
      label: await store.put(encodeNpy({ shape, data: preprocessLabel({ label, properties, plan, id }) }), 'preprocessed-label'),
    }),
  };
}

async function allPresent(known: PointerValues['preprocessed'], { store }: Pick<EngineContext, 'store'>): Promise<boolean> {
  const present = await Promise.all(Object.values(known).map((ref) => store.has(ref)));
  return present.every(Boolean);
}
