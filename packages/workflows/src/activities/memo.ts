import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { artifactRefSchema, type ArtifactRef } from '@geoscribe/campaign';
import { contentKey, writeAtomically } from '@geoscribe/core-io/node';
import type { ActivityContext } from './activity-context.js';

interface MemoEntry {
  activity: string;
  output: unknown;
}

/**
 * Answers an activity from an earlier run of the same campaign where nothing that decides the result has changed.
 *
 * The key is the sha256 of the activity's name, the code's version and the input; inputs carry content hashes, so a
 * changed file changes the key of everything behind it. An entry counts only while all its artifacts are in the store.
 * Entries are also the list of what a campaign references, which `geoscribe store prune` keeps.
 */
export async function memoized<Input extends { campaign: string }, Output>(
  context: ActivityContext,
  activity: string,
  input: Input,
  compute: () => Promise<Output>,
): Promise<Output> {
  const { campaign, ...deciding } = input;
  const key = contentKey({ activity, version: context.version, deciding });
  const file = join(memoFolder(context.storeRoot, campaign), `${key}.json`);
  const earlier = await readEntry(file);
  if (earlier !== null && (await allPresent(context, earlier.output))) return earlier.output as Output;
  const output = await compute();
  await writeEntry(file, { activity, output });
  return output;
}

export function memoFolder(storeRoot: string, campaign: string): string {
  return join(storeRoot, 'refs', 'memo', campaign);
}

async function readEntry(file: string): Promise<MemoEntry | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as MemoEntry;
  } catch {
    return null;
  }
}

async function writeEntry(file: string, entry: MemoEntry): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeAtomically(file, Buffer.from(JSON.stringify(entry)));
}

async function allPresent(context: ActivityContext, output: unknown): Promise<boolean> {
  const present = await Promise.all(artifactsIn(output).map((ref) => context.store.has(ref)));
  return present.every(Boolean);
}

/** Every artifact reference anywhere inside a JSON value. */
export function artifactsIn(value: unknown): ArtifactRef[] {
  if (value === null || typeof value !== 'object') return [];
  const parsed = artifactRefSchema.safeParse(value);
  if (parsed.success) return [parsed.data];
  return Object.values(value).flatMap(artifactsIn);
}
