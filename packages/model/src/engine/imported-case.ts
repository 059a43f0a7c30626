import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { GeoscribeError, type ArtifactRef, type ImportedCase } from '@geoscribe/campaign';
import { decodeLabelMap, decodeNifti, type Volume } from '@geoscribe/core-io';
import type { ArtifactStore } from '@geoscribe/core-io/node';

const decompress = promisify(gunzip);

/** Channels of a case in the data set's order; a 4-D file is several channels. Errors: as `decodeNifti`. */
export async function readChannels(store: ArtifactStore, imported: ImportedCase): Promise<Volume[]> {
  const channels: Volume[] = [];
  for (const ref of [imported.image, ...imported.moreChannels]) {
    const file = `${imported.id} ${ref.kind}`;
    // Channels may differ in geometry within the tolerance, or were trusted at import: the first one's holds.
    for (const volume of decodeNifti(await niftiBytes(store, ref), { file })) {
      channels.push({ geometry: channels[0]?.geometry ?? volume.geometry, data: volume.data });
    }
  }
  return channels;
}

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
  if (imported.label === undefined) {
    throw new GeoscribeError('InvalidDatasetError', `Case ${imported.id} has no label`, {
      field: 'label',
      expected: 'a label for a case that trains or evaluates',
      received: 'none',
    });
  }
  return decodeLabelMap(await niftiBytes(store, imported.label), { file: `${imported.id} label` });
}

/** A stored label map of fewer than 256 values: a prediction, or a seed map with 255 for "no mark". */
export async function readStoredLabels(store: ArtifactStore, ref: ArtifactRef): Promise<Volume<Uint8Array>> {
  const { geometry, data } = decodeLabelMap(await niftiBytes(store, ref), { file: `${ref.kind} ${ref.sha256.slice(0, 12)}` });
  return { geometry, data: data instanceof Uint8Array ? data : Uint8Array.from(data) };
}

async function niftiBytes(store: ArtifactStore, ref: ArtifactRef): Promise<Uint8Array> {
  const bytes = await store.get(ref);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? decompress(bytes) : bytes;
}
