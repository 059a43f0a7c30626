import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';

/** The network that a training ends with, in the folder of its fold. */
const finalNetwork = 'final.safetensors';

/**
 * Model files of what a user names: a file is itself; the folder of a run (`fold_<k>/final.safetensors`) is the networks of
 * all its finished folds, the folder of a fold is its network.
 *
 * @throws GeoscribeError `InvalidModelError` for a path that is not there or a folder without a network.
 */
export async function modelFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidModelError', 'Model cannot be read', { file: path, expected: 'a readable file or folder', received: faultInWords(cause) }, { cause });
  });
  if (!found.isDirectory()) return [path];
  const names = await readdir(path);
  if (names.includes(finalNetwork)) return [join(path, finalNetwork)];
  const folds = names.filter((name) => /^fold_(\d+|all)$/.test(name)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const files: string[] = [];
  for (const fold of folds) if ((await readdir(join(path, fold))).includes(finalNetwork)) files.push(join(path, fold, finalNetwork));
  if (files.length > 0) return files;
  throw new GeoscribeError('InvalidModelError', 'The folder holds no trained network', {
    file: path,
    expected: `${finalNetwork}, or fold_<k>/${finalNetwork}`,
    received: folds.length > 0 ? `${folds.join(', ')} without one` : 'none',
    nextStep: 'Let the training come to its end, or name a model file.',
  });
}
