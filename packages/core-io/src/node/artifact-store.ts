import type { ArtifactKind, ArtifactRef } from '@geoscribe/campaign';
import { createHash } from 'node:crypto';

/** Write-once, content-addressed objects. References carry the hash, so each read can be checked. */
export interface ArtifactStore {
  /** Stores bytes; storing the same content twice, also at the same time, is one object. */
  put(bytes: Uint8Array, kind: ArtifactKind): Promise<ArtifactRef>;
  /** Stores a file without holding it in memory. */
  putFile(path: string, kind: ArtifactKind): Promise<ArtifactRef>;
  /** Bytes of an object. Errors: `CorruptArtifactError` where it is missing or its hash differs. */
  get(ref: ArtifactRef): Promise<Buffer>;
  /** File of an object for memory mapping, hashed once per process; read only. Errors: as `get`. */
  path(ref: ArtifactRef): Promise<string>;
  /** True where an object of that hash and size exists; it is not hashed. */
  has(ref: ArtifactRef): Promise<boolean>;
  /** All objects, in no particular order. */
  list(): AsyncIterable<{ sha256: string; bytes: number }>;
  /** Removes an object; one that does not exist is no error. */
  remove(sha256: string): Promise<void>;
}

/** SHA-256 of bytes, 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function artifactRef(sha256: string, bytes: number, kind: ArtifactKind): ArtifactRef {
  return { uri: `store:sha256/${sha256}`, sha256, bytes, kind };
}
