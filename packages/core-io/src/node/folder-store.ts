import { GeoscribeError, type ArtifactKind, type ArtifactRef } from '@geoscribe/campaign';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { artifactRef, sha256Hex, type ArtifactStore } from './artifact-store.js';
import { faultInWords } from './fault-in-words.js';
import { hashFile } from './hash-file.js';
import { syncFolder } from './write-atomically.js';

/**
 * Artifact store in a folder: `<root>/objects/ab/cdef...` by SHA-256, `<root>/tmp` for files being written.
 *
 * Objects are written to a temporary file, synced, renamed, and the folder synced; they are read-only files. Processes
 * may share the folder. The first use removes temporary files whose process has died.
 */
export class FolderStore implements ArtifactStore {
  readonly #root: string;
  #ready: Promise<void> | undefined;
  /** Objects whose hash this process has seen to be right, or is checking. */
  readonly #checked = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.#root = root;
  }

  async put(bytes: Uint8Array, kind: ArtifactKind): Promise<ArtifactRef> {
    const ref = artifactRef(sha256Hex(bytes), bytes.byteLength, kind);
    if (await this.#holds(ref)) return ref;
    await this.#write((handle) => handle.writeFile(bytes).then(() => ref));
    return ref;
  }

  async putFile(path: string, kind: ArtifactKind): Promise<ArtifactRef> {
    return this.#write(async (handle) => {
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        await handle.writeFile(chunk);
        size += chunk.length;
      }
      return artifactRef(hash.digest('hex'), size, kind);
    });
  }

  async get(ref: ArtifactRef): Promise<Buffer> {
    const bytes = await readFile(this.#object(ref.sha256)).catch((error: unknown) => {
      throw missing(ref, error);
    });
    const received = sha256Hex(bytes);
    if (received !== ref.sha256) throw corrupt(ref, received);
    return bytes;
  }

  async path(ref: ArtifactRef): Promise<string> {
    const path = this.#object(ref.sha256);
    await stat(path).catch((error: unknown) => {
      throw missing(ref, error);
    });
    await this.#check(ref);
    return path;
  }

  async has(ref: ArtifactRef): Promise<boolean> {
    const found = await stat(this.#object(ref.sha256)).catch(() => undefined);
    return found?.size === ref.bytes;
  }

  async *list(): AsyncIterable<{ sha256: string; bytes: number }> {
    await this.#prepare();
    const objects = join(this.#root, 'objects');
    for await (const folder of await opendir(objects)) {
      if (!folder.isDirectory()) continue;
      for await (const file of await opendir(join(objects, folder.name))) {
        const sha256 = folder.name + file.name;
        const found = await stat(join(objects, folder.name, file.name)).catch(() => undefined);
        // Undefined: removed by another process while listing.
        if (found && /^[0-9a-f]{64}$/.test(sha256)) yield { sha256, bytes: found.size };
      }
    }
  }

  async remove(sha256: string): Promise<void> {
    this.#checked.delete(sha256);
    await rm(this.#object(sha256), { force: true });
  }

  /**
   * Removes temporary files of this host's dead processes; part of `store prune`.
   *
   * Returns the number of files removed.
   */
  async removeLeftovers(): Promise<number> {
    const folder = join(this.#root, 'tmp');
    const leftovers = (await readdir(folder)).filter((name) => {
      const [host, pid] = name.split('~');
      return host === hostName && !isAlive(Number(pid));
    });
    await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true })));
    return leftovers.length;
  }

  #object(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new GeoscribeError('InvalidArgumentError', 'Hash is malformed', {
        field: 'sha256',
        expected: '64 lower-case hexadecimal digits',
        received: JSON.stringify(sha256),
      });
    }
    return join(this.#root, 'objects', sha256.slice(0, 2), sha256.slice(2));
  }

  #prepare(): Promise<void> {
    this.#ready ??= (async () => {
      await mkdir(join(this.#root, 'objects'), { recursive: true });
      await mkdir(join(this.#root, 'tmp'), { recursive: true });
      await this.removeLeftovers();
    })();
    return this.#ready;
  }

  /** True where the object exists and is whole; a damaged one is to be replaced. */
  async #holds(ref: ArtifactRef): Promise<boolean> {
    if (!(await this.has(ref))) return false;
    return this.#check(ref).then(
      () => true,
      () => false,
    );
  }

  #check(ref: ArtifactRef): Promise<void> {
    let check = this.#checked.get(ref.sha256);
    if (check === undefined) {
      check = hashFile(this.#object(ref.sha256), 'sha256').then((received) => {
        if (received !== ref.sha256) throw corrupt(ref, received);
      });
      check.catch(() => this.#checked.delete(ref.sha256));
      this.#checked.set(ref.sha256, check);
    }
    return check;
  }

  async #write(fill: (handle: FileHandle) => Promise<ArtifactRef>): Promise<ArtifactRef> {
    await this.#prepare();
    const temporary = join(this.#root, 'tmp', `${hostName}~${process.pid}~${randomBytes(8).toString('hex')}`);
    try {
      const handle = await open(temporary, 'wx', 0o444);
      let ref: ArtifactRef;
      try {
        ref = await fill(handle);
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (!(await this.#holds(ref))) await this.#publish(temporary, ref.sha256);
      return ref;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #publish(temporary: string, sha256: string): Promise<void> {
    const folder = join(this.#root, 'objects', sha256.slice(0, 2));
    if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(join(this.#root, 'objects'));
    await rename(temporary, this.#object(sha256));
    await syncFolder(folder);
  }
}

const hostName = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '_');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function missing(ref: ArtifactRef, cause: unknown): GeoscribeError {
  return new GeoscribeError(
    'CorruptArtifactError',
    'Artifact cannot be read from the store',
    {
      file: ref.uri,
      field: ref.kind,
      expected: `an object of ${ref.bytes} bytes`,
      received: faultInWords(cause),
      nextStep: 'Check that this worker uses the store of the campaign.',
    },
    { cause },
  );
}

function corrupt(ref: ArtifactRef, received: string): GeoscribeError {
  return new GeoscribeError('CorruptArtifactError', 'Artifact in the store is damaged', {
    file: ref.uri,
    field: ref.kind,
    expected: `SHA-256 ${ref.sha256}`,
    received,
    nextStep: 'Remove the object and repeat the step that made it.',
  });
}
