import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@geoscribe/core-io/node';
import { z } from 'zod';

const recordSchema = z.object({ experimentId: z.string(), runId: z.string() });

/** Which run of MLflow a training's folder belongs to, so that a resumed training goes on in it. */
export type MlflowRecord = z.infer<typeof recordSchema>;

const fileOf = (folder: string): string => join(folder, 'mlflow.json');

/** Null where the folder has none that can be read: the training then gets a run of its own. */
export async function readMlflowRecord(folder: string): Promise<MlflowRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(fileOf(folder), 'utf8')));
  } catch {
    return null;
  }
}

export async function writeMlflowRecord(folder: string, record: MlflowRecord): Promise<void> {
  await writeAtomically(fileOf(folder), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
}
