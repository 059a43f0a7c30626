import { join } from 'node:path';
import { GeoscribeError, type ImportCaseInput, type ImportedCase } from '@geoscribe/campaign';
import { loadCase, type ArtifactStore, type DatasetListing } from '@geoscribe/core-io/node';

/** A data set on this disk. */
export interface DatasetFolder {
  dir: string;
  listing: DatasetListing;
}

/**
 * Reads one case's files, checks that they belong together and puts them into the store as they are.
 *
 * @throws GeoscribeError `UnknownCaseError`; `InvalidVolumeError`, `GeometryMismatchError`, `InvalidLabelError`,
 *   `InvalidDatasetError` naming file and field; then nothing of the case is stored.
 */
export async function importCase(
  input: DatasetFolder & Pick<ImportCaseInput, 'caseId' | 'trustImageGeometry' | 'needsLabel'>,
  store: ArtifactStore,
): Promise<ImportedCase> {
  const { dir, listing, caseId, trustImageGeometry, needsLabel } = input;
  const files = listing.cases.find(({ id }) => id === caseId);
  if (files === undefined) throw new GeoscribeError('UnknownCaseError', `The dataset has no case ${caseId}`);
  if (needsLabel && files.label === undefined) {
    throw new GeoscribeError('InvalidDatasetError', `Case ${caseId} has no label`, {
      field: 'cases',
      expected: 'a label file for a full, validation or test case',
      received: 'none',
      nextStep: 'Add the label, or give the case another role.',
    });
  }
  const { channels, ignoreLabel, overriddenDeviation } = await loadCase(dir, listing, caseId, { trustImageGeometry });
  const { dims, spacing } = channels[0]!.geometry;
  const [image, ...moreChannels] = await Promise.all(files.images.map((file) => store.putFile(join(dir, file), 'volume')));
  return {
    id: caseId,
    image: image!,
    moreChannels,
    geometry: { dims, spacing },
    ...(files.label === undefined ? {} : { label: await store.putFile(join(dir, files.label), 'label-map') }),
    ...(ignoreLabel === undefined ? {} : { ignoreLabel }),
    ...(overriddenDeviation === undefined ? {} : { overriddenGeometryDeviation: overriddenDeviation }),
  };
}
