import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GeoscribeError } from '@geoscribe/campaign';
import { extractTar, fetchArchive } from '@geoscribe/core-io/node';
import { writePhantomDataset } from '@geoscribe/core-io/testing';

/** The public archive of MSD Task04, as MONAI's dataset class states it. CC BY-SA 4.0, medicaldecathlon.com. */
export const hippocampusArchive = {
  url: 'https://msd-for-monai.s3-us-west-2.amazonaws.com/Task04_Hippocampus.tar',
  md5: '9d24dba78a72977dbd1d2e110310f31b',
};

const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
const besideProject = resolve(projectRoot, '../shared/data/Task04_Hippocampus');
const phantomCases = 60;

export interface DemoData {
  dir: string;
  dataset: 'hippocampus' | 'phantom' | 'own';
}

export interface DemoDataOptions {
  /** `--data DIR`. */
  dir?: string | undefined;
  /** Folder for what is fetched or built. */
  cache: string;
  log: (line: string) => void;
  /** For tests. */
  archive?: { url: string; md5: string };
  /** For tests: a folder that is looked at before anything is fetched. */
  beside?: string;
}

/**
 * Volumes for the demo: the given folder, else the hippocampus data beside the project, else the public archive, else
 * phantoms, which is said.
 *
 * @throws GeoscribeError `InvalidArgumentError` where the given folder does not exist.
 */
export async function demoData(options: DemoDataOptions): Promise<DemoData> {
  const { dir, cache, log, archive = hippocampusArchive, beside = besideProject } = options;
  if (dir !== undefined) {
    if (!existsSync(dir)) {
      throw new GeoscribeError('InvalidArgumentError', 'The data folder does not exist', {
        field: '--data',
        expected: 'a folder in MSD or nnU-Net layout',
        received: dir,
      });
    }
    return { dir: resolve(dir), dataset: 'own' };
  }
  if (existsSync(join(beside, 'dataset.json'))) return { dir: beside, dataset: 'hippocampus' };
  const fetched = join(cache, 'Task04_Hippocampus');
  if (existsSync(join(fetched, 'dataset.json'))) return { dir: fetched, dataset: 'hippocampus' };
  try {
    await fetchHippocampus(archive, cache, log);
    return { dir: fetched, dataset: 'hippocampus' };
  } catch (error) {
    log(`The public hippocampus archive cannot be fetched: ${(error as Error).message}`);
  }
  log('Building phantoms instead: two organs and a lesion in textured noise. Their figures say little about patients.');
  const phantoms = join(cache, 'phantoms');
  if (!existsSync(join(phantoms, 'dataset.json'))) await writePhantomDataset(phantoms, { cases: phantomCases, seed: 0 });
  return { dir: phantoms, dataset: 'phantom' };
}

async function fetchHippocampus(archive: { url: string; md5: string }, cache: string, log: (line: string) => void): Promise<void> {
  const file = join(cache, 'Task04_Hippocampus.tar');
  log(`Fetching ${archive.url} (28 MB)`);
  await fetchArchive({ ...archive, destination: file });
  await extractTar({ archive: file, destination: cache });
  await rm(file);
}
