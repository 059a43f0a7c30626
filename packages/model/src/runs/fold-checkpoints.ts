import { readFile } from 'node:fs/promises';
import { GeoscribeError, type ArtifactRef } from '@geoscribe/campaign';
import { sha256Hex } from '@geoscribe/core-io/node';
import type { EngineContext } from '../engine/engine-context.js';
import { linkFile } from './link-file.js';
import type { FoldFolder } from './run-folder.js';

/** Gives checkpoints of the store their names in the fold's folder, in place of those before. */
export async function publishCheckpoints(
  refs: { [K in Parameters<FoldFolder['checkpoint']>[0]]?: ArtifactRef | undefined },
  folder: FoldFolder,
  { store }: Pick<EngineContext, 'store'>,
): Promise<void> {
  for (const which of ['latest', 'best', 'final'] as const) {
    const ref = refs[which];
    if (ref !== undefined) await linkFile(await store.path(ref), folder.checkpoint(which));
  }
}

/** A store that was cleared gets the checkpoints back that the fold's folder still has. Errors: `CorruptArtifactError`. */
export async function restoreCheckpoints(folder: FoldFolder, { store, pointers }: Pick<EngineContext, 'store' | 'pointers'>): Promise<void> {
  const pointer = await pointers.read('training', '');
  for (const which of ['latest', 'best'] as const) {
    const ref = pointer?.[which];
    if (ref === undefined || (await store.has(ref))) continue;
    const file = folder.checkpoint(which);
    const bytes = await readFile(file).catch(() => null);
    const received = bytes === null ? 'no file' : sha256Hex(bytes);
    if (bytes !== null && received === ref.sha256) {
      await store.put(bytes, 'checkpoint');
      continue;
    }
    throw new GeoscribeError('CorruptArtifactError', 'A checkpoint of the training is gone', {
      file,
      expected: `SHA-256 ${ref.sha256}`,
      received,
      nextStep: 'Delete the fold’s folder to train it anew.',
    });
  }
}
