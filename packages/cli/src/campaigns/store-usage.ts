import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '@geoscribe/campaign';
import { FolderStore } from '@geoscribe/core-io/node';
import { artifactsIn, memoFolder } from '@geoscribe/workflows/activities';
import type { CampaignHome } from '../home/campaign-home.js';

export interface StoreUsage {
  total: number;
  /** Bytes of referenced artifacts by kind. */
  byKind: Record<string, number>;
  unreferenced: { objects: number; bytes: number };
}

/**
 * What the store holds. An artifact is referenced by a campaign whose folder is in the home (through the memo of its
 * activities) or by a training that has not ended (through its pointer).
 */
export async function storeUsage(home: CampaignHome): Promise<StoreUsage> {
  const kept = await referenced(home);
  const usage: StoreUsage = { total: 0, byKind: {}, unreferenced: { objects: 0, bytes: 0 } };
  for await (const { sha256, bytes } of new FolderStore(home.store).list()) {
    usage.total += bytes;
    const kind = kept.get(sha256);
    if (kind === undefined) {
      usage.unreferenced.objects += 1;
      usage.unreferenced.bytes += bytes;
    } else usage.byKind[kind] = (usage.byKind[kind] ?? 0) + bytes;
  }
  return usage;
}

/** Removes what no campaign references. Submissions lie outside the store and are never touched. */
export async function pruneStore(home: CampaignHome, { dryRun }: { dryRun: boolean }): Promise<{ objects: number; bytes: number }> {
  const store = new FolderStore(home.store);
  const kept = await referenced(home);
  const removed = { objects: 0, bytes: 0 };
  for await (const { sha256, bytes } of store.list()) {
    if (kept.has(sha256)) continue;
    removed.objects += 1;
    removed.bytes += bytes;
    if (!dryRun) await store.remove(sha256);
  }
  if (!dryRun) await store.removeLeftovers();
  return removed;
}

/** Kind by sha256 of everything a campaign or a running training refers to. */
async function referenced(home: CampaignHome): Promise<Map<string, string>> {
  const campaigns = await entries(home.campaigns);
  const folders = [...campaigns.map((name) => memoFolder(home.store, name)), join(home.store, 'refs', 'training')];
  const refs: ArtifactRef[] = [];
  for (const folder of folders) {
    for (const name of await entries(folder)) {
      if (name.endsWith('.json')) refs.push(...artifactsIn(JSON.parse(await readFile(join(folder, name), 'utf8'))));
    }
  }
  return new Map(refs.map(({ sha256, kind }) => [sha256, kind]));
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
