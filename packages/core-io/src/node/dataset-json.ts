import { GeoscribeError, type DatasetDescription } from '@geoscribe/campaign';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { faultInWords } from './fault-in-words.js';

const namesByNumber = z.record(z.string().regex(/^\d+$/), z.string());
const trainingEntry = z.union([z.string(), z.looseObject({ image: z.string(), label: z.string().optional() })]);

const datasetJsonSchema = z.looseObject({
  name: z.string().optional(),
  /** MSD and nnU-Net v1. */
  modality: namesByNumber.optional(),
  /** nnU-Net v2. */
  channel_names: namesByNumber.optional(),
  /** MSD and nnU-Net v1: value -> name. nnU-Net v2: name -> value, or several values (a region). */
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.number())])),
  training: z.array(trainingEntry).optional(),
  test: z.array(trainingEntry).optional(),
  file_ending: z.string().optional(),
  /** Compared in nnU-Net v2's layout only. */
  numTraining: z.unknown().optional(),
});

export type DatasetJson = z.infer<typeof datasetJsonSchema>;

/** Parses `<dir>/dataset.json`. Errors: `InvalidDatasetError`. */
export async function readDatasetJson(dir: string): Promise<DatasetJson> {
  return parseDatasetJson(join(dir, 'dataset.json'));
}

/** What the values of a data set's label maps mean. */
export type LabelMeaning = Pick<DatasetDescription, 'labels' | 'ignoreLabel'>;

/**
 * Classes and ignore label of a `dataset.json` file or of the folder that holds it.
 *
 * Errors: as `readDatasetJson` and `labelsOf`.
 */
export async function readLabelMeaning(path: string): Promise<LabelMeaning> {
  const file = path.endsWith('.json') ? path : join(path, 'dataset.json');
  return labelsOf(await parseDatasetJson(file), file);
}

async function parseDatasetJson(file: string): Promise<DatasetJson> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new GeoscribeError(
      'InvalidDatasetError',
      'Data set has no readable dataset.json',
      {
        file,
        expected: 'a data set in MSD or nnU-Net layout',
        received: faultInWords(error),
        nextStep: 'Give the folder that holds dataset.json and imagesTr.',
      },
      { cause: error },
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const received = (error as Error).message;
    throw new GeoscribeError('InvalidDatasetError', 'dataset.json is malformed', { file, expected: 'JSON', received });
  }
  const parsed = datasetJsonSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new GeoscribeError('InvalidDatasetError', 'dataset.json is malformed', {
    file,
    field: issue?.path.join('.') || 'root',
    expected: 'the fields of the MSD or nnU-Net layout',
    received: issue?.message ?? 'something else',
  });
}

/** Channel names by index. Errors: `InvalidDatasetError` where they do not count from 0. */
export function channelsOf(json: DatasetJson, file: string): string[] {
  const field = json.channel_names ? 'channel_names' : 'modality';
  return inOrder(Object.entries(json[field] ?? {}).map(([value, name]) => [Number(value), name]), { file, field });
}

/**
 * Class names by value, and the value of the label named `ignore` (in any case), which is no class.
 *
 * Errors: `InvalidDatasetError` for regions of nnU-Net v2, where values do not count from 0, and for an ignore label that is
 * not the value after the last class.
 *
 * Source: nnU-Net v2, `documentation/ignore_label.md`.
 */
export function labelsOf(json: DatasetJson, file: string): LabelMeaning {
  const entries = Object.entries(json.labels).map(([key, value]): [number, string] => {
    if (Array.isArray(value)) throw unsupported(file, `labels.${key}`, 'a region of several labels');
    if (typeof value === 'string') {
      // nnU-Net v1 and MSD: "1": "liver". Some v2 writers quote the number: "liver": "1".
      return /^\d+$/.test(key) ? [Number(key), value] : [Number(value), key];
    }
    return [value, key];
  });
  if (json['regions_class_order'] !== undefined) throw unsupported(file, 'regions_class_order', 'regions');
  const classes = entries.filter(([, name]) => !isIgnore(name));
  const ignored = entries.filter(([, name]) => isIgnore(name)).map(([value]) => value);
  const highest = Math.max(-1, ...classes.map(([value]) => value)) + 1;
  const wrong = ignored.find((value) => value !== highest);
  if (wrong !== undefined) {
    throw new GeoscribeError('InvalidDatasetError', 'The ignore label is not the value after the last class', {
      file,
      field: 'labels.ignore',
      expected: String(highest),
      received: String(wrong),
      nextStep: 'Renumber the labels in dataset.json and in the files.',
    });
  }
  const labels = inOrder(classes, { file, field: 'labels' });
  return ignored.length === 0 ? { labels } : { labels, ignoreLabel: highest };
}

/** Whether a label is nnU-Net's name for voxels that nobody annotated. */
export function isIgnore(name: string): boolean {
  return name.toLowerCase() === 'ignore';
}

function inOrder(entries: [number, string][], place: { file: string; field: string }): string[] {
  const sorted = entries.sort((a, b) => a[0] - b[0]);
  if (sorted.length > 0 && sorted.every(([value], index) => value === index)) return sorted.map(([, name]) => name);
  throw new GeoscribeError('InvalidDatasetError', 'Numbering has gaps', {
    ...place,
    expected: 'numbers 0, 1, 2, ... without a gap',
    received: sorted.map(([value]) => value).join(', ') || 'none',
    nextStep: 'Renumber the labels in dataset.json and in the files.',
  });
}

function unsupported(file: string, field: string, received: string): GeoscribeError {
  return new GeoscribeError('InvalidDatasetError', 'Kind of label is not supported', {
    file,
    field,
    expected: 'one whole number for each label',
    received,
    nextStep: 'Write the label maps with plain, exclusive labels.',
  });
}
