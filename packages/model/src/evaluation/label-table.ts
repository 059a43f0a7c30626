import { stat } from 'node:fs/promises';
import { GeoscribeError } from '@geoscribe/campaign';
import { readLabelNames } from '@geoscribe/core-io/node';

/** A label above background. */
export interface NamedLabel {
  value: number;
  name: string;
}

/**
 * The labels that an evaluation may meet.
 *
 * @param given path of a `dataset.json` (MSD or nnU-Net), its folder, or the names of the labels 0, 1, 2, ... with commas
 *   between, background first.
 * @returns the labels above background, ascending.
 * @throws GeoscribeError `InvalidDatasetError` for a damaged `dataset.json`, `InvalidArgumentError` for names that do not
 *   begin with background, are empty or occur twice.
 */
export async function labelTable(given: string): Promise<NamedLabel[]> {
  const isPath = given.endsWith('.json') || (await stat(given).then(() => true, () => false));
  const names = isPath ? await readLabelNames(given) : given.split(',').map((name) => name.trim());
  if (!isPath) checkNames(names, given);
  return names.map((name, value) => ({ name, value })).slice(1);
}

function checkNames(names: string[], given: string): void {
  const fail = (expected: string): never => {
    throw new GeoscribeError('InvalidArgumentError', 'Labels cannot be read', {
      field: '--labels',
      expected,
      received: given,
      nextStep: 'Write --labels background,liver or --labels path/to/dataset.json.',
    });
  };
  if (names[0]?.toLowerCase() !== 'background') fail('a dataset.json, or names that begin with background');
  if (names.length < 2) fail('a label besides background');
  if (names.includes('') || new Set(names).size !== names.length) fail('different names with one comma between');
}
