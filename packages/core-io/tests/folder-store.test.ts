import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { artifactRefSchema } from '@geoscribe/campaign';
import { describe, expect, test } from 'vitest';
import { FolderStore, sha256Hex } from '../src/node/index.js';
import { rejectionOf } from './helpers/error-of.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const hello = new TextEncoder().encode('hello');
const helloHash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const objectOf = (root: string, sha256: string) => join(root, 'objects', sha256.slice(0, 2), sha256.slice(2));
const damage = (path: string, text: string) => {
  chmodSync(path, 0o644);
  writeFileSync(path, text);
};

test('the hash of "hello" is the known one', () => expect(sha256Hex(hello)).toBe(helloHash));

test('put: a valid reference, the bytes under their hash, no temporary file', async () => {
  const root = temporaryFolder();
  const store = new FolderStore(root);
  const ref = await store.put(hello, 'plan');
  expect(artifactRefSchema.parse(ref)).toEqual({ uri: `store:sha256/${helloHash}`, sha256: helloHash, bytes: 5, kind: 'plan' });
  expect(readFileSync(objectOf(root, helloHash), 'utf8')).toBe('hello');
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  expect(await store.get(ref)).toEqual(Buffer.from(hello));
  expect(await store.path(ref)).toBe(objectOf(root, helloHash));
});

test('putFile gives the same object as put', async () => {
  const root = temporaryFolder();
  const store = new FolderStore(root);
  const file = join(temporaryFolder(), 'large.bin');
  // Several pieces of the read stream (64 KiB each).
  const bytes = Buffer.alloc(300_000, 'geoscribe');
  writeFileSync(file, bytes);
  const ref = await store.putFile(file, 'checkpoint');
  expect(ref).toEqual(await store.put(bytes, 'checkpoint'));
  expect(bytes.equals(await store.get(ref))).toBe(true);
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
});

test('has, list, remove', async () => {
  const store = new FolderStore(temporaryFolder());
  const list = async () => {
    const found = [];
    for await (const entry of store.list()) found.push(entry);
    return found;
  };
  expect(await list()).toEqual([]);
  const ref = await store.put(hello, 'plan');
  const empty = await store.put(new Uint8Array(0), 'report');
  expect(await store.has(ref)).toBe(true);
  expect(await store.has({ ...ref, bytes: 6 })).toBe(false);
  expect((await list()).sort((a, b) => a.bytes - b.bytes)).toEqual([
    { sha256: empty.sha256, bytes: 0 },
    { sha256: helloHash, bytes: 5 },
  ]);
  await store.remove(helloHash);
  await store.remove(helloHash);
  expect(await store.has(ref)).toBe(false);
  expect(await list()).toHaveLength(1);
  // Stored again after removal, it is there again.
  await store.put(hello, 'plan');
  expect(await store.get(ref)).toEqual(Buffer.from(hello));
});

describe('damage', () => {
  test('get and path refuse an object whose content changed', async () => {
    const root = temporaryFolder();
    const ref = await new FolderStore(root).put(hello, 'plan');
    damage(objectOf(root, helloHash), 'jello');
    const store = new FolderStore(root);
    for (const read of [() => store.get(ref), () => store.path(ref)]) {
      const error = await rejectionOf(read());
      expect(error.code).toBe('CorruptArtifactError');
      expect(error.detail.received).toBe(sha256Hex(new TextEncoder().encode('jello')));
    }
  });

  test.each(['jello', 'hell'])('storing the content again mends an object that became %j', async (text) => {
    const root = temporaryFolder();
    const ref = await new FolderStore(root).put(hello, 'plan');
    damage(objectOf(root, helloHash), text);
    const store = new FolderStore(root);
    await store.put(hello, 'plan');
    expect(await store.get(ref)).toEqual(Buffer.from(hello));
    expect(await store.path(ref)).toBe(objectOf(root, helloHash));
  });

  test('an object that was checked, removed and came back damaged is checked again', async () => {
    const root = temporaryFolder();
    const store = new FolderStore(root);
    const ref = await store.put(hello, 'plan');
    await store.path(ref);
    await store.remove(helloHash);
    writeFileSync(objectOf(root, helloHash), 'jello');
    expect((await rejectionOf(store.path(ref))).code).toBe('CorruptArtifactError');
  });

  test('a missing object is an error that names it', async () => {
    const root = temporaryFolder();
    const ref = await new FolderStore(root).put(hello, 'plan');
    rmSync(objectOf(root, helloHash));
    const store = new FolderStore(root);
    for (const read of [() => store.get(ref), () => store.path(ref)]) {
      expect(await rejectionOf(read())).toMatchObject({ code: 'CorruptArtifactError', detail: { file: ref.uri, field: 'plan', received: 'no such file or folder' } });
    }
  });

  test('a hash that would leave the folder is refused', async () => {
    const store = new FolderStore(temporaryFolder());
    expect((await rejectionOf(store.remove('../../etc/passwd'))).code).toBe('InvalidArgumentError');
  });
});

test('the first use removes temporary files of dead processes of this host, and no others', async () => {
  const root = temporaryFolder();
  const child = fork(join(import.meta.dirname, 'helpers', 'nothing.mjs'));
  await once(child, 'exit');
  mkdirSync(join(root, 'tmp'));
  const [dead, alive, elsewhere] = [`${hostname()}~${child.pid}~1`, `${hostname()}~${process.pid}~2`, `another-host~${child.pid}~3`];
  for (const name of [dead, alive, elsewhere]) writeFileSync(join(root, 'tmp', name), '');
  await new FolderStore(root).put(hello, 'plan');
  expect(readdirSync(join(root, 'tmp')).sort()).toEqual([alive, elsewhere].sort());
});

test('a failed write leaves nothing', async () => {
  const root = temporaryFolder();
  await expect(new FolderStore(root).putFile(join(root, 'none'), 'plan')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
});

test('two processes that store the same objects at the same time end with one good copy of each', async () => {
  const root = temporaryFolder();
  const writers = [1, 2].map(() => fork(join(import.meta.dirname, 'helpers', 'put-objects.mjs'), [root]));
  // Both have loaded before either begins.
  await Promise.all(writers.map((writer) => once(writer, 'message')));
  const results = writers.map((writer) => once(writer, 'message'));
  for (const writer of writers) writer.send('go');
  const [[first], [second]] = (await Promise.all(results)) as [[unknown], [unknown]];
  expect(first).toEqual(second);
  await Promise.all(writers.map((writer) => writer.exitCode ?? once(writer, 'exit')));
  const store = new FolderStore(root);
  const found = [];
  for await (const { sha256, bytes } of store.list()) {
    found.push(sha256);
    await store.get({ uri: `store:sha256/${sha256}`, sha256, bytes, kind: 'volume' });
  }
  expect(found).toHaveLength(20);
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  expect(existsSync(objectOf(root, found[0]!))).toBe(true);
});
