import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GeoscribeError, type ArtifactRef, type ImportedCase } from '@geoscribe/campaign';
import { trainingCases, type DatasetListing } from '@geoscribe/core-io/node';
import { mergeFingerprints, type CaseFingerprint, type Fingerprint } from '../plan/fingerprint.js';
import { caseFiles } from './case-files.js';
import { fingerprintMemory } from './case-memory.js';
import type { EngineContext } from './engine-context.js';
import { prepareInThreads } from './prepare-in-threads.js';

/** Memory for a byte of a compressed file: voxels of two bytes or so, packed to half, times what a voxel takes. */
const bytesPerFileByte = 30;

/**
 * Fingerprint of imported cases, on all cores.
 *
 * @param cases with the seed map that stands for the label of a scribble-only case; else the case's own label.
 * @throws GeoscribeError as `caseFingerprint` and `mergeFingerprints`; those of reading, naming the case.
 */
export async function fingerprintImported(
  cases: readonly { imported: ImportedCase; seeds?: ArtifactRef }[],
  { store, progress, signal }: Pick<EngineContext, 'store' | 'progress' | 'signal'>,
): Promise<Fingerprint> {
  const items = cases.map((entry) => ({ ...entry, id: entry.imported.id, bytes: fingerprintMemory(entry.imported) }));
  const fingerprints = await prepareInThreads(items, {
    work: async ({ imported, seeds }, compute) => {
      const files = await caseFiles(store, imported, seeds ?? 'own');
      return (await compute({ kind: 'fingerprint', files, marks: seeds === undefined ? 'label' : 'seeds' })) as CaseFingerprint;
    },
    onDone: (done) => progress({ step: 'fingerprint', done, total: cases.length }),
    signal,
  });
  return mergeFingerprints(fingerprints);
}

/**
 * Fingerprint of every labelled case of a data set's folder that is not set apart for test, on all cores.
 *
 * @param options.directory the listing's folder.
 * @param options.onProgress called after each case.
 * @throws GeoscribeError `InvalidDatasetError` where no case has a label; as `loadCase`, `caseFingerprint` and `mergeFingerprints`.
 */
export async function datasetFingerprint(options: {
  directory: string;
  listing: DatasetListing;
  trustImageGeometry: boolean;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}): Promise<Fingerprint> {
  const { directory, listing, trustImageGeometry, signal, onProgress } = options;
  const labelled = trainingCases(listing);
  if (labelled.length === 0) {
    throw new GeoscribeError('InvalidDatasetError', 'No case has a label to plan from', {
      file: directory,
      field: 'labelsTr',
      expected: 'a label for at least one case of imagesTr',
      received: listing.cases.length === 0 ? 'no case' : `${listing.cases.length} cases without, or set apart for test`,
      nextStep: 'Put label maps of the images’ names into labelsTr.',
    });
  }
  const items = await Promise.all(
    labelled.map(async (entry) => ({ entry, id: entry.id, bytes: bytesPerFileByte * (await sizeOf(directory, entry.images)) })),
  );
  const fingerprints = await prepareInThreads(items, {
    work: async ({ entry }, compute) =>
      (await compute({
        kind: 'fingerprint-listed',
        case: { directory, listing: { ...listing, cases: [entry] }, trustImageGeometry },
      })) as CaseFingerprint,
    onDone: (done) => onProgress(done, labelled.length),
    signal,
  });
  return mergeFingerprints(fingerprints);
}

/** Bytes of files together; one that is missing is reported where it is read. */
async function sizeOf(directory: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => stat(join(directory, file)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
