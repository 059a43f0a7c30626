import { GeoscribeError, type ImportedCase } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const caseFilesSchema = z.array(z.strictObject({ id: z.string(), images: z.array(z.string()), label: z.string() }));
const foldCasesSchema = z.strictObject({ training: caseFilesSchema, validation: caseFilesSchema });

/** SHA-256 of the files that a fold is trained and validated on. */
export type FoldCases = z.infer<typeof foldCasesSchema>;

export function foldCases(cases: Record<keyof FoldCases, ImportedCase[]>): FoldCases {
  const hashes = (group: ImportedCase[]) =>
    group.map(({ id, image, moreChannels, label }) => ({ id, images: [image, ...moreChannels].map(({ sha256 }) => sha256), label: label!.sha256 }));
  return { training: hashes(cases.training), validation: hashes(cases.validation) };
}

/**
 * Refuses to go on with a training whose cases are no longer those that it was begun with.
 *
 * @param file that holds the cases of the beginning.
 * @throws GeoscribeError `InvalidDatasetError` naming the first case that differs and how.
 */
export async function requireSameCases(file: string, now: FoldCases): Promise<void> {
  const before = foldCasesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  for (const group of ['training', 'validation'] as const) {
    const known = new Map(before[group].map((entry) => [entry.id, entry]));
    const present = new Set(now[group].map(({ id }) => id));
    const missing = before[group].find(({ id }) => !present.has(id));
    if (missing !== undefined) throw changed(file, group, `case ${missing.id}`, 'no such case');
    for (const { id, images, label } of now[group]) {
      const entry = known.get(id);
      if (entry === undefined) throw changed(file, group, `${before[group].length} cases without ${id}`, `case ${id}`);
      if (canonicalJson(entry.images) !== canonicalJson(images)) throw changed(file, group, `the image of ${id} as it was`, 'another content');
      if (entry.label !== label) throw changed(file, group, `the label of ${id} as it was`, 'another content');
    }
  }
}

function changed(file: string, field: string, expected: string, received: string): GeoscribeError {
  return new GeoscribeError('InvalidDatasetError', 'The data set has changed since the training was begun', {
    file,
    field,
    expected,
    received,
    nextStep: 'Put the old files back, or delete the fold’s folder to train anew on the present ones.',
  });
}
