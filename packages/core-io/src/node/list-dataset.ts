import { caseIdSchema, GeoscribeError } from '@geoscribe/campaign';
import { readdir, realpath } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { channelsOf, labelsOf, readDatasetJson, type DatasetJson } from './dataset-json.js';
import type { DatasetCase, DatasetListing } from './dataset-listing.js';
import { requireTrainingCount } from './require-training-count.js';

const images = ['imagesTr', 'imagesTs'] as const;

/**
 * Lists the cases of a data set.
 *
 * `msd`: `dataset.json` names one file a case; its 4-D volumes are the channels. `nnunet` (raw, v1 and v2):
 * `imagesTr/<case>_0000.nii.gz`, one file a channel. `auto` tells them apart by `channel_names` and by the files.
 * Labels come from `dataset.json` and from files of the same name in `labelsTr`, `labelsTs`. macOS `._*` is skipped.
 *
 * `dir`: folder with `dataset.json`.
 *
 * Errors: `InvalidDatasetError` for a malformed `dataset.json`, listed files that are missing or outside the folder,
 * missing channels, in nnU-Net's layout a label without an image, unusable or doubled ids, regions, a misplaced ignore label,
 * in nnU-Net v2's a `numTraining` that is not the number of training cases, no case at all.
 *
 * Cost: reads names only.
 */
export async function listDataset(dir: string, layout: 'auto' | 'msd' | 'nnunet'): Promise<DatasetListing> {
  const json = await readDatasetJson(dir);
  const file = join(dir, 'dataset.json');
  const files = await listFiles(dir);
  const channels = channelsOf(json, file);
  const resolved = layout === 'auto' ? detectLayout(json, files) : layout;
  const cases = resolved === 'msd' ? msdCases(json, files, file) : nnunetCases(json, files, { file, channels: channels.length });
  checkIds(cases, file);
  if (resolved === 'nnunet') requireTrainingCount(json, cases, file);
  cases.sort((a, b) => (a.id < b.id ? -1 : 1));
  const name = json.name ?? basename(await realpath(dir));
  return { layout: resolved, description: { name, ...labelsOf(json, file), channels }, cases };
}

async function listFiles(dir: string): Promise<Set<string>> {
  const folders = [...images, 'labelsTr', 'labelsTs'];
  const names = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(dir, folder)).catch(() => []);
      return entries.filter((name) => /^[^.].*\.nii(\.gz)?$/.test(name)).map((name) => `${folder}/${name}`);
    }),
  );
  return new Set(names.flat());
}

function detectLayout(json: DatasetJson, files: Set<string>): 'msd' | 'nnunet' {
  if (json.channel_names) return 'nnunet';
  const listed = [...(json.training ?? []), ...(json.test ?? [])].map((entry) => imageOf(entry));
  // nnU-Net v1 lists `case.nii.gz` and stores `case_0000.nii.gz`.
  const isMsd = listed.length > 0 && (listed.some((path) => files.has(path)) || ![...files].some(isFirstChannel));
  return isMsd ? 'msd' : 'nnunet';
}

function isFirstChannel(path: string): boolean {
  return /^images.*_0000\.nii(\.gz)?$/.test(path);
}

function imageOf(entry: string | { image: string }): string {
  return posix.normalize(typeof entry === 'string' ? entry : entry.image);
}

function msdCases(json: DatasetJson, files: Set<string>, file: string): DatasetCase[] {
  return [...(json.training ?? []), ...(json.test ?? [])].map((entry) => {
    const image = imageOf(entry);
    mustExist(image, files, file);
    const listed = typeof entry === 'string' || entry.label === undefined ? undefined : posix.normalize(entry.label);
    if (listed !== undefined) mustExist(listed, files, file);
    return withLabel(stem(image), [image], listed ?? sameName(image, files));
  });
}

function nnunetCases(json: DatasetJson, files: Set<string>, { file, channels }: { file: string; channels: number }): DatasetCase[] {
  const ending = json.file_ending ?? '.nii.gz';
  if (ending !== '.nii.gz' && ending !== '.nii') {
    throw new GeoscribeError('InvalidDatasetError', 'File format is not supported', {
      file,
      field: 'file_ending',
      expected: '".nii.gz" or ".nii"',
      received: JSON.stringify(ending),
      nextStep: 'Convert the data set to NIfTI.',
    });
  }
  const byCase = new Map<string, Set<number>>();
  for (const path of files) {
    const match = /^(images.*)_(\d{4})$/.exec(path.endsWith(ending) ? path.slice(0, -ending.length) : '');
    if (match === null) continue;
    const [, id, channel] = match as unknown as [string, string, string];
    byCase.set(id, (byCase.get(id) ?? new Set()).add(Number(channel)));
  }
  requireImages([...byCase.keys()], files, ending);
  return [...byCase].map(([path, found]) => {
    const expected = Array.from({ length: channels }, (_, channel) => channel);
    if (found.size !== channels || !expected.every((channel) => found.has(channel))) {
      throw new GeoscribeError('InvalidDatasetError', 'Channels of a case do not match dataset.json', {
        file: path,
        field: 'channels',
        expected: expected.map((channel) => suffix(channel) + ending).join(', '),
        received: [...found].sort((a, b) => a - b).map((channel) => suffix(channel) + ending).join(', '),
      });
    }
    return withLabel(stem(path), expected.map((channel) => path + suffix(channel) + ending), sameName(path + ending, files));
  });
}

/** A label that has no image is a misspelt name or a lost file, and its case would be left out unnoticed. */
function requireImages(cases: string[], files: Set<string>, ending: string): void {
  const known = new Set(cases.map((path) => path.replace(/^images/, 'labels')));
  const path = [...files].sort().find((file) => file.startsWith('labelsTr/') && !known.has(file.replace(/\.nii(\.gz)?$/, '')));
  // Without any case something else is wrong, and said elsewhere.
  if (path === undefined || cases.length === 0) return;
  throw new GeoscribeError('InvalidDatasetError', 'Label has no image', {
    file: path,
    field: 'imagesTr',
    expected: `imagesTr/${stem(path)}${suffix(0)}${ending}`,
    received: 'none',
    nextStep: 'Add the image or correct its name, or take the label out of labelsTr.',
  });
}

function suffix(channel: number): string {
  return `_${String(channel).padStart(4, '0')}`;
}

function withLabel(id: string, images: string[], label: string | undefined): DatasetCase {
  return { id, images, ...(label !== undefined && { label }) };
}

function stem(path: string): string {
  return posix.basename(path).replace(/\.nii(\.gz)?$/, '');
}

/** Label file of the same name, compressed or not. */
function sameName(image: string, files: Set<string>): string | undefined {
  const base = image.replace(/^images/, 'labels').replace(/\.nii(\.gz)?$/, '');
  return [`${base}.nii.gz`, `${base}.nii`].find((path) => files.has(path));
}

function mustExist(path: string, files: Set<string>, file: string): void {
  if (files.has(path)) return;
  throw new GeoscribeError('InvalidDatasetError', 'A file listed in dataset.json is missing', {
    file,
    field: path,
    expected: 'a .nii or .nii.gz file in imagesTr, imagesTs, labelsTr or labelsTs',
    received: 'none',
    nextStep: 'Complete the download, or remove the entry.',
  });
}

function checkIds(cases: DatasetCase[], file: string): void {
  const seen = new Set<string>();
  for (const { id } of cases) {
    const valid = caseIdSchema.safeParse(id).success;
    if (valid && !seen.has(id)) {
      seen.add(id);
      continue;
    }
    throw new GeoscribeError('InvalidDatasetError', valid ? 'Two cases have one id' : 'Name of a case cannot be an id', {
      file,
      field: id,
      expected: valid ? 'different file names in imagesTr and imagesTs' : 'letters, digits, ".", "_" and "-", at most 128',
      received: id,
      nextStep: 'Rename the files.',
    });
  }
  if (seen.size > 0) return;
  throw new GeoscribeError('InvalidDatasetError', 'Data set has no cases', {
    file,
    field: 'training',
    expected: 'entries in "training" (MSD) or files imagesTr/<case>_0000.nii.gz (nnU-Net)',
    received: 'none',
    nextStep: 'Put the images into imagesTr, beside dataset.json.',
  });
}
