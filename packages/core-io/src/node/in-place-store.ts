import { GeoscribeError, type ArtifactKind, type ArtifactRef } from '@geoscribe/campaign';
import { readFile, stat } from 'node:fs/promises';
import { artifactRef, sha256Hex, type ArtifactStore } from './artifact-store.js';
import { hashFile } from './hash-file.js';

/**
 * A store beside a data set: a file that is put by its path stays where it is and is read from there, everything else lies
 * in `base`. So a training needs no copy of its images.
 *
 * The files are known to this object only, for as long as it lives; each is hashed once.
 */
export class InPlaceStore implements ArtifactStore {
  readonly #base: ArtifactStore;
  readonly #hashes = new Map<string, Promise<{ sha256: string; bytes: number }>>();
  readonly #files = new Map<string, string>();

  constructor(base: ArtifactStore) {
    this.#base = base;
  }

  put(bytes: Uint8Array, kind: ArtifactKind): Promise<ArtifactRef> {
    return this.#base.put(bytes, kind);
  }

  async putFile(path: string, kind: ArtifactKind): Promise<ArtifactRef> {
    const known = this.#hashes.get(path) ?? describeFile(path);
    this.#hashes.set(path, known);
    const { sha256, bytes } = await known;
    this.#files.set(sha256, path);
    return artifactRef(sha256, bytes, kind);
  }

  async get(ref: ArtifactRef): Promise<Buffer> {
    const path = this.#files.get(ref.sha256);
    if (path === undefined) return this.#base.get(ref);
    const bytes = await readFile(path);
    const received = sha256Hex(bytes);
    if (received === ref.sha256) return bytes;
    throw new GeoscribeError('CorruptArtifactError', 'A file has changed since it was first read', {
      file: path,
      field: ref.kind,
      expected: `SHA-256 ${ref.sha256}`,
      received,
      nextStep: 'Leave the data set as it is while it is used, and start again.',
    });
  }

  async path(ref: ArtifactRef): Promise<string> {
    return this.#files.get(ref.sha256) ?? this.#base.path(ref);
  }

  async has(ref: ArtifactRef): Promise<boolean> {
    return this.#files.has(ref.sha256) || this.#base.has(ref);
  }

  list(): AsyncIterable<{ sha256: string; bytes: number }> {
    return this.#base.list();
  }

  remove(sha256: string): Promise<void> {
    return this.#base.remove(sha256);
  }
}

async function describeFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const [sha256, { size }] = [await hashFile(path, 'sha256'), await stat(path)];
  return { sha256, bytes: size };
}
