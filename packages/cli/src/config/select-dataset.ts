import { resolve } from 'node:path';
import type { CampaignConfig, CaseRole } from '@geoscribe/campaign';
import { listDataset, type DatasetListing } from '@geoscribe/core-io/node';
import { selectCases } from './select-cases.js';

/** What a configuration means on this disk. */
export interface SelectedDataset {
  /** Absolute folder of the data set; the listing's files are relative to it. */
  dir: string;
  listing: DatasetListing;
  /** Ids by role. */
  cases: Record<CaseRole, string[]>;
}

/**
 * Lists the data set of a configuration and gives its cases their roles.
 *
 * @param directory of the configuration file: relative paths start there.
 * @throws GeoscribeError `InvalidConfigError`, `InvalidDatasetError`.
 */
export async function selectDataset({ dataset, cases }: CampaignConfig, directory: string): Promise<SelectedDataset> {
  const dir = resolve(directory, dataset.dir);
  const listing = await listDataset(dir, dataset.layout);
  return { dir, listing, cases: selectCases(cases, listing.cases.map(({ id }) => id)) };
}
