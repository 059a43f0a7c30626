import { join } from 'node:path';
import { GeoscribeError, type ImportCaseInput, type ImportedCase } from '@geoscribe/campaign';
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
  return importDatasetCase({ ...input, ...dataset }, store).catch((error: unknown) => {
    throw withoutFolder(error, dataset.dir);
  });
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
