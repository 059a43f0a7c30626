import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';

/**
 * Makes a folder that is there whole or not at all: `fill` writes into a scratch folder beside it, which is renamed.
 *
 * @param options.overwrite replaces a folder that exists; it stays where `fill` fails.
 * @returns what `fill` returned.
 * @throws GeoscribeError `InvalidArgumentError` where the folder exists and is not to be replaced; what `fill` throws.
 */
export async function newFolder<T>(folder: string, options: { overwrite: boolean; nextStep: string }, fill: (scratch: string) => Promise<T>): Promise<T> {
  const exists = await stat(folder).then(() => true, () => false);
  if (exists && !options.overwrite) {
    throw new GeoscribeError('InvalidArgumentError', 'The folder exists', {
      file: folder,
      expected: 'the name of a folder that does not exist',
      received: 'an existing one',
      nextStep: options.nextStep,
    });
  }
  await mkdir(dirname(folder), { recursive: true });
  const scratch = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const content = join(scratch, 'new');
    await mkdir(content);
    const result = await fill(content);
    if (exists) await rename(folder, join(scratch, 'old'));
    await rename(content, folder);
    return result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
