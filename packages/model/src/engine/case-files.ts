import { readFile } from 'node:fs/promises';
import { GeoscribeError, type ArtifactRef, type ImportedCase } from '@geoscribe/campaign';
import { decodeLabelMap, decodeNifti, type Volume } from '@geoscribe/core-io';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { unzipped } from './unzipped.js';

/** A file of a case: where it lies, and what errors call it. */
interface NamedFile {
  path: string;
  name: string;
}

/** Files of an imported case, as plain data that a thread can be sent. */
export interface CaseFiles {
  id: string;
  images: NamedFile[];
  label: NamedFile | null;
  /** Value of the label's voxels that nobody annotated; absent where it has none. */
  ignoreLabel?: number;
}

/**
 * Where a case's files lie, their content checked against its hashes.
 *
 * @param label its own label for `own`, a map that takes its place, or none.
 * @throws GeoscribeError `CorruptArtifactError`; `InvalidDatasetError` where the case has no label of its own.
 */
export async function caseFiles(store: ArtifactStore, imported: ImportedCase, label: ArtifactRef | 'own' | 'none'): Promise<CaseFiles> {
  const { id, image, moreChannels, ignoreLabel } = imported;
  const named = async (ref: ArtifactRef, name: string): Promise<NamedFile> => ({ path: await store.path(ref), name: `${id} ${name}` });
  const marks = label === 'own' ? requireLabel(imported) : label;
  return {
    id,
    images: await Promise.all([image, ...moreChannels].map((ref) => named(ref, ref.kind))),
    label: marks === 'none' ? null : await named(marks, label === 'own' ? 'label' : marks.kind),
    ...(label === 'own' && ignoreLabel !== undefined && { ignoreLabel }),
  };
}

/** @throws GeoscribeError `InvalidDatasetError` for a case without label. */
export function requireLabel({ id, label }: ImportedCase): ArtifactRef {
  if (label !== undefined) return label;
  throw new GeoscribeError('InvalidDatasetError', `Case ${id} has no label`, {
    field: 'label',
    expected: 'a label for a case that trains or evaluates',
    received: 'none',
  });
}

/**
 * Reads a case's volumes. That they lie on one grid was checked at import, or trusted: the first channel's geometry holds.
 *
 * Errors: as `decodeNifti` and `decodeLabelMap`.
 */
export async function readCaseFiles({ images, label }: CaseFiles): Promise<{ channels: Volume[]; label: Volume<Uint8Array | Uint16Array> | undefined }> {
  const channels: Volume[] = [];
  for (const { path, name } of images) {
    for (const { geometry, data } of decodeNifti(await unzipped(await readFile(path)), { file: name })) {
      channels.push({ geometry: channels[0]?.geometry ?? geometry, data });
    }
  }
  if (label === null) return { channels, label: undefined };
  return { channels, label: decodeLabelMap(await unzipped(await readFile(label.path)), { file: label.name }) };
}
