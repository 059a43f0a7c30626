import { GeoscribeError } from '@geoscribe/campaign';
import { loadCase, type DatasetListing } from '@geoscribe/core-io/node';
import { caseFingerprint, mergeFingerprints, type CaseFingerprint, type Fingerprint } from '@geoscribe/model';

/**
 * Fingerprint of every labelled case of a data set, one case in memory at a time.
 *
 * @param options.directory the listing's folder.
 * @param options.onProgress called after each case.
 * @throws GeoscribeError `InvalidDatasetError` where no case has a label; as `loadCase` and `caseFingerprint`.
 */
export async function datasetFingerprint(options: {
  directory: string;
  listing: DatasetListing;
  trustImageGeometry: boolean;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}): Promise<Fingerprint> {
  const { directory, listing, trustImageGeometry, signal, onProgress } = options;
  const labelled = listing.cases.filter((entry) => entry.label !== undefined);
  if (labelled.length === 0) {
    throw new GeoscribeError('InvalidDatasetError', 'No case has a label to plan from', {
      file: directory,
      field: 'labelsTr',
      expected: 'a label for at least one case',
      received: `${listing.cases.length} cases without`,
    });
  }
  const fingerprints: CaseFingerprint[] = [];
  for (const { id } of labelled) {
    signal.throwIfAborted();
    const { channels, label } = await loadCase(directory, listing, id, { trustImageGeometry });
    fingerprints.push(caseFingerprint({ id, channels, ...(label !== undefined && { label }) }));
    onProgress(fingerprints.length, labelled.length);
  }
  return mergeFingerprints(fingerprints);
}
