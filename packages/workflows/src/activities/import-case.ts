import type { ImportCaseInput, ImportedCase } from '@geoscribe/campaign';
import { importCase as importDatasetCase, type DatasetFolder } from '@geoscribe/model';
import type { ActivityContext } from './activity-context.js';

/**
 * Reads one case's files, checks that they belong together and puts them into the store as they are.
 *
 * `input.dataset` is what `campaign start` puts into the store: where the files lie stays there and never travels through
 * Temporal.
 *
 * @throws GeoscribeError as `importCase` of the engine: the case is set aside.
 */
export async function importCase(input: ImportCaseInput, { store }: ActivityContext): Promise<ImportedCase> {
  const dataset = JSON.parse((await store.get(input.dataset)).toString('utf8')) as DatasetFolder;
  return importDatasetCase({ ...input, ...dataset }, store);
}
