import type { ArtifactRef, ImportedCase } from '@geoscribe/campaign';
import { decodeLabelMap, decodeNifti, type Volume } from '@geoscribe/core-io';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { requireLabel } from './case-files.js';
import { unzipped } from './unzipped.js';

/** Volumes of a stored NIfTI file, as it is. Errors: as `decodeNifti`. */
export async function readVolumes(store: ArtifactStore, ref: ArtifactRef, caseId: string): Promise<Volume[]> {
  return decodeNifti(await niftiBytes(store, ref), { file: `${caseId} ${ref.kind}` });
}

/**
 * True label of a case. Import has checked that it lies on the image's grid, or was told to trust it.
 *
 * Errors: `InvalidDatasetError` where the case has none; as `decodeLabelMap`.
 */
export async function readLabel(store: ArtifactStore, imported: ImportedCase): Promise<Volume> {
  return decodeLabelMap(await niftiBytes(store, requireLabel(imported)), { file: `${imported.id} label` });
}

/** A stored label map of fewer than 256 values: a prediction, or a seed map with 255 for "no mark". */
export async function readStoredLabels(store: ArtifactStore, ref: ArtifactRef): Promise<Volume<Uint8Array>> {
  const { geometry, data } = decodeLabelMap(await niftiBytes(store, ref), { file: `${ref.kind} ${ref.sha256.slice(0, 12)}` });
  return { geometry, data: data instanceof Uint8Array ? data : Uint8Array.from(data) };
}

async function niftiBytes(store: ArtifactStore, ref: ArtifactRef): Promise<Uint8Array> {
  return unzipped(await store.get(ref));
}
