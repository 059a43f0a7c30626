import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderStore } from '../src/node/folder-store.js';
import { InPlaceStore } from '../src/node/in-place-store.js';

let folder: string;
let base: FolderStore;
let store: InPlaceStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'geoscribe-in-place-'));
  base = new FolderStore(join(folder, 'store'));
  store = new InPlaceStore(base);
  writeFileSync(join(folder, 'image'), 'voxels');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file stays where it is, under the name that its content has in any store', async () => {
  const ref = await store.putFile(join(folder, 'image'), 'volume');
  expect(ref).toEqual(await new FolderStore(join(folder, 'other')).put(Buffer.from('voxels'), 'volume'));
  expect((await store.get(ref)).toString()).toBe('voxels');
  expect([await store.has(ref), await base.has(ref)]).toEqual([true, false]);
  expect(await store.path(ref)).toBe(join(folder, 'image'));
  await expect(readdir(join(folder, 'store'))).rejects.toThrow('ENOENT');
});

test('bytes lie in the store below', async () => {
  const ref = await store.put(Buffer.from('plan'), 'plan');
  expect((await base.get(ref)).toString()).toBe('plan');
  expect((await store.get(ref)).toString()).toBe('plan');
});

test('a file that changes under its reader is named', async () => {
  const ref = await store.putFile(join(folder, 'image'), 'volume');
  writeFileSync(join(folder, 'image'), 'others');
  await expect(store.get(ref)).rejects.toMatchObject({ code: 'CorruptArtifactError', detail: { file: join(folder, 'image') } });
});
