import { GeoscribeError } from '@geoscribe/campaign';
import { trainingCases, type DatasetListing } from '@geoscribe/core-io/node';

/**
 * Ids of the cases that have a label and are not set apart for test.
 *
 * @param data the data set's folder, named in errors.
 * @throws GeoscribeError `InvalidDatasetError` where there are none.
 */
export function labelledIds(listing: DatasetListing, data: string): string[] {
  const ids = trainingCases(listing).map(({ id }) => id);
  if (ids.length > 0) return ids;
  throw new GeoscribeError('InvalidDatasetError', 'No case has a label to train on', {
    file: data,
    field: 'labelsTr',
    expected: 'a label for at least one case of imagesTr',
    received: `${listing.cases.length} cases without, or set apart for test`,
  });
}
