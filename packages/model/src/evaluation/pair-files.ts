import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';

/** The files of one case. */
export interface CaseFiles {
  caseId: string;
  prediction: string;
  reference: string;
  /** The other model's prediction. */
  against: string | null;
  /** Shown under the outlines. */
  image: string | null;
}

export interface PairFilesOptions {
  /** A volume, or a folder of volumes. */
  predictions: string;
  /** A volume for a volume, a folder for a folder. */
  references: string;
  against?: string | undefined;
  images?: string | undefined;
  /** References without a prediction are left out instead of refused. */
  subset: boolean;
}

const ending = /\.nii(\.gz)?$/;

/**
 * Finds the reference of each prediction: files of the same name in folders, or one file and another.
 *
 * The id of a case is the file's name without `.nii` or `.nii.gz`, as nnU-Net names its label maps; an image may be
 * called `<id>_0000` too.
 *
 * @returns the cases, by id; references that `subset` leaves out are counted in `left`.
 * @throws GeoscribeError `InvalidArgumentError` for a path that does not exist and a file beside a folder,
 *   `InvalidDatasetError` for a folder without volumes and a case that lacks a file.
 */
export async function pairFiles(options: PairFilesOptions): Promise<{ cases: CaseFiles[]; left: number }> {
  const { predictions, references, against, images, subset } = options;
  if (!(await isFolder(predictions))) {
    for (const path of [references, against, images]) await mustBeFile(path, predictions);
    const caseId = basename(predictions).replace(ending, '');
    const files = { prediction: predictions, reference: references, against: against ?? null, image: images ?? null };
    return { cases: [{ caseId, ...files }], left: 0 };
  }
  const known = {
    predictions: await volumesOf(predictions),
    references: await volumesOf(references),
    against: against === undefined ? null : await volumesOf(against),
    images: images === undefined ? null : await volumesOf(images),
  };
  const ids = [...known.predictions.keys()];
  mustHaveAll(ids, known.references, 'prediction', 'reference', references);
  const left = [...known.references.keys()].filter((id) => !known.predictions.has(id));
  if (left.length > 0 && !subset) throw missing(left, 'reference', 'prediction', predictions, 'Pass --subset to evaluate what is there.');
  if (known.against !== null) mustHaveAll(ids, known.against, 'prediction', 'file to compare with', against!);
  const imageOf = (id: string): string | undefined => known.images?.get(id) ?? known.images?.get(`${id}_0000`);
  if (known.images !== null) mustHaveAll(ids, new Map(ids.flatMap((id) => (imageOf(id) === undefined ? [] : [[id, '']]))), 'prediction', 'image', images!);
  const cases = ids.map((caseId) => ({
    caseId,
    prediction: known.predictions.get(caseId)!,
    reference: known.references.get(caseId)!,
    against: known.against?.get(caseId) ?? null,
    image: imageOf(caseId) ?? null,
  }));
  return { cases, left: left.length };
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidArgumentError', 'Path cannot be read', { file: path, expected: 'a volume or a folder of volumes', received: faultInWords(cause) }, { cause });
  });
  return found.isDirectory();
}

async function mustBeFile(path: string | undefined, beside: string): Promise<void> {
  if (path === undefined || !(await isFolder(path))) return;
  throw new GeoscribeError('InvalidArgumentError', 'A file cannot be compared with a folder', { file: path, expected: `a file, as ${beside} is`, received: 'a folder' });
}

/** Paths of a folder's volumes by case, ascending. */
async function volumesOf(folder: string): Promise<Map<string, string>> {
  if (!(await isFolder(folder))) {
    throw new GeoscribeError('InvalidArgumentError', 'A folder cannot be compared with a file', { file: folder, expected: 'a folder', received: 'a file' });
  }
  const names = (await readdir(folder)).filter((name) => ending.test(name) && !name.startsWith('.')).sort();
  const volumes = new Map<string, string>();
  for (const name of names) {
    const id = name.replace(ending, '');
    const other = volumes.get(id);
    if (other !== undefined) {
      throw new GeoscribeError('InvalidDatasetError', 'Two files belong to one case', { file: join(folder, name), expected: 'one volume a case', received: `${basename(other)} and ${name}` });
    }
    volumes.set(id, join(folder, name));
  }
  if (volumes.size > 0) return volumes;
  throw new GeoscribeError('InvalidDatasetError', 'The folder holds no volume', { file: folder, expected: '.nii or .nii.gz files', received: 'none' });
}

function mustHaveAll(ids: string[], known: ReadonlyMap<string, string>, owner: string, needed: string, folder: string): void {
  const lacking = ids.filter((id) => !known.has(id));
  if (lacking.length > 0) throw missing(lacking, owner, needed, folder, 'Add the missing files, or take the others out.');
}

function missing(ids: string[], owner: string, needed: string, folder: string, nextStep: string): GeoscribeError {
  const named = ids.slice(0, 5).join(', ');
  return new GeoscribeError('InvalidDatasetError', `A ${owner} has no ${needed}`, {
    file: folder,
    expected: `a volume for each ${owner}, of the same name`,
    received: `none for ${ids.length > 5 ? `${named} and ${ids.length - 5} more` : named}`,
    nextStep,
  });
}
