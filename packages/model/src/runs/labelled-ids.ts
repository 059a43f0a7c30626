import { GeoscribeError } from '@geoscribe/campaign';
import type { DatasetListing } from '@geoscribe/core-io/node';

/**
 * Ids of the cases that have a label.
 *
 * @param data the data set's folder, named in errors.
 * @throws GeoscribeError `InvalidDatasetError` where there are none.
 */
export function labelledIds({ cases }: DatasetListing, data: string): string[] {
  const ids = cases.filter(({ label }) => label !== undefined).map(({ id }) => id);
  if (ids.length > 0) return ids;
  throw new GeoscribeError('InvalidDatasetError', 'No case has a label to train on', {
    file: data,
    field: 'labelsTr',
    expected: 'a label for at least one case',
    received: `${cases.length} cases without`,
  });
}
