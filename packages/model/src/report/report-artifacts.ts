import { gunzipSync } from 'node:zlib';
import { GeoscribeError, type ArtifactRef } from '@geoscribe/campaign';
import { decodeLabelMap, decodeNifti, decodeNpy, type Volume } from '@geoscribe/core-io';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import type { z } from 'zod';

/** What an artifact of the campaign is called in an error. */
function nameOf(ref: ArtifactRef): string {
  return `${ref.kind} ${ref.sha256.slice(0, 12)}`;
}

/** JSON artifact of a known shape; `CorruptArtifactError` naming the field where it differs. */
export async function readJson<T>(store: ArtifactStore, ref: ArtifactRef, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parseJson(Buffer.from(await store.get(ref)).toString('utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new GeoscribeError('CorruptArtifactError', `Artifact is not a ${ref.kind} (${issue?.message ?? 'no JSON'})`, {
    file: nameOf(ref),
    ...(issue && issue.path.length > 0 && { field: issue.path.join('.') }),
  });
}

/** First volume of a NIfTI artifact, gzipped or not. */
export async function readImage(store: ArtifactStore, ref: ArtifactRef): Promise<Volume<Float32Array>> {
  const volume = decodeNifti(await readNifti(store, ref), { file: nameOf(ref) })[0];
  if (volume === undefined) throw new GeoscribeError('InvalidVolumeError', 'File holds no volume', { file: nameOf(ref) });
  return { geometry: volume.geometry, data: Float32Array.from(volume.data) };
}

/** Label map of a NIfTI artifact, gzipped or not; classes and seed values fit a byte. */
export async function readLabelMap(store: ArtifactStore, ref: ArtifactRef): Promise<Volume<Uint8Array>> {
  const { geometry, data } = decodeLabelMap(await readNifti(store, ref), { file: nameOf(ref) });
  return { geometry, data: data instanceof Uint8Array ? data : Uint8Array.from(data) };
}

/** Last three axes `[Z, Y, X]` of an `.npy` artifact: the first channel where there are more. */
export async function readGrid(store: ArtifactStore, ref: ArtifactRef): Promise<Float32Array> {
  const { shape, data } = decodeNpy(await store.get(ref), { file: nameOf(ref) });
  const voxels = shape.slice(-3).reduce((product, size) => product * size, 1);
  return Float32Array.from(data.subarray(0, voxels));
}

async function readNifti(store: ArtifactStore, ref: ArtifactRef): Promise<Uint8Array> {
  const bytes = await store.get(ref);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
