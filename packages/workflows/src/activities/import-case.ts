import { join } from 'node:path';
import { GeoscribeError, type ImportCaseInput, type ImportedCase } from '@geoscribe/campaign';
import { loadCase, type DatasetListing } from '@geoscribe/core-io/node';
import type { ActivityContext } from './activity-context.js';

/** What `campaign start` puts into the store: where the files lie stays there and never travels through Temporal. */
export interface DatasetArtifact {
  dir: string;
  listing: DatasetListing;
}

/**
 * Reads one case's files, checks that they belong together and puts them into the store as they are.
 *
 * @throws GeoscribeError `InvalidVolumeError`, `GeometryMismatchError`, `InvalidDatasetError`: the case is set aside.
 */
export async function importCase(input: ImportCaseInput, { store }: ActivityContext): Promise<ImportedCase> {
  const { dir, listing } = JSON.parse((await store.get(input.dataset)).toString('utf8')) as DatasetArtifact;
  const files = listing.cases.find(({ id }) => id === input.caseId);
  if (files === undefined) throw new GeoscribeError('UnknownCaseError', `The dataset has no case ${input.caseId}`);
  if (input.needsLabel && files.label === undefined) {
    throw new GeoscribeError('InvalidDatasetError', `Case ${input.caseId} has no label`, {
      field: 'cases',
      expected: 'a label file for a full, validation or test case',
      received: 'none',
      nextStep: 'Add the label, or give the case another role.',
    });
  }
  const { channels, overriddenDeviation } = await loadCase(dir, listing, input.caseId, {
    trustImageGeometry: input.trustImageGeometry,
  }).catch((error: unknown) => {
    throw withoutFolder(error, dir);
  });
  const { dims, spacing } = channels[0]!.geometry;
  const [image, ...moreChannels] = await Promise.all(files.images.map((file) => store.putFile(join(dir, file), 'volume')));
  return {
    id: input.caseId,
    image: image!,
    moreChannels,
    geometry: { dims, spacing },
    ...(files.label === undefined ? {} : { label: await store.putFile(join(dir, files.label), 'label-map') }),
    ...(overriddenDeviation === undefined ? {} : { overriddenGeometryDeviation: overriddenDeviation }),
  };
}

/** The error with its files named within the data set: where that lies does not travel through Temporal. */
function withoutFolder(error: unknown, folder: string): unknown {
  if (!(error instanceof GeoscribeError)) return error;
  const within = (text: string): string => text.replaceAll(join(folder, '/'), '');
  const detail = Object.fromEntries(Object.entries(error.detail).map(([key, text]) => [key, within(String(text))]));
  const renamed = new GeoscribeError(error.code, '', detail);
  renamed.message = within(error.message);
  return renamed;
}
