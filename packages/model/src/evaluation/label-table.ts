import { stat } from 'node:fs/promises';
import { GeoscribeError } from '@geoscribe/campaign';
import { isIgnore, readLabelMeaning, type LabelMeaning } from '@geoscribe/core-io/node';

/** A label above background. */
export interface NamedLabel {
  value: number;
  name: string;
}

export interface LabelTable {
  /** Above background, ascending. */
  labels: NamedLabel[];
  /** Value of reference voxels that count for nothing, where there is one. */
  ignoreLabel?: number | undefined;
}

/**
 * The labels that an evaluation may meet.
 *
 * @param given path of a `dataset.json` (MSD or nnU-Net), its folder, or the names of the labels 0, 1, 2, ... with commas
 *   between, background first; a last name `ignore` is nnU-Net's ignore label.
 * @throws GeoscribeError `InvalidDatasetError` for a damaged `dataset.json`, `InvalidArgumentError` for names that do not
 *   begin with background, are empty or occur twice, and for an `ignore` that is not the last.
 */
export async function labelTable(given: string): Promise<LabelTable> {
  const isPath = given.endsWith('.json') || (await stat(given).then(() => true, () => false));
  const { labels, ignoreLabel } = isPath ? await readLabelMeaning(given) : meaningOf(given.split(',').map((name) => name.trim()), given);
  return { labels: labels.map((name, value) => ({ name, value })).slice(1), ignoreLabel };
}

function meaningOf(names: string[], given: string): LabelMeaning {
  const ignoreLabel = names.length - 1;
  const meaning = isIgnore(names.at(-1)!) ? { labels: names.slice(0, -1), ignoreLabel } : { labels: names };
  checkNames(meaning.labels, given);
  return meaning;
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
  if (names.some(isIgnore)) fail('ignore as the last name, once');
  if (names.includes('') || new Set(names).size !== names.length) fail('different names with one comma between');
}
