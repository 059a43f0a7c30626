import { createReadStream } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { GeoscribeError, type CampaignConfig } from '@geoscribe/campaign';
import { decodeNiftiHeader } from '@geoscribe/core-io';
import type { SelectedDataset } from '../config/select-dataset.js';

export interface DiskEstimate {
  /** Copies of the source files, arrays on the plan's grid, checkpoints; bytes. */
  total: number;
}

const headerBytes = 352;
/** Weights, momentum and average of the largest network that a preset plans, twice (latest and best), bytes. */
const checkpointBytes = 2 * 3 * 4 * 32e6;

/**
 * What a campaign will keep on disk at most, as if no case were resampled: source files, preprocessed arrays (4 bytes a
 * channel, 2 of masks), and for each scribbled case, arm and iteration a float16 probability map and three maps of the
 * transform.
 */
export async function estimateDisk(config: CampaignConfig, { dir, listing, cases: roles }: SelectedDataset): Promise<DiskEstimate> {
  const { cases, description } = listing;
  const scribbled = new Set(roles.scribbled);
  const used = new Set(Object.values(roles).flat());
  const arms = 1 + config.baselines.length;
  const { iterations } = config.fineTuning;
  let total = checkpointBytes * arms;
  for (const { id, images, label } of cases.filter((entry) => used.has(entry.id))) {
    const files = [...images, ...(label === undefined ? [] : [label])].map((file) => join(dir, file));
    for (const file of files) total += (await stat(file).catch(() => ({ size: 0 }))).size;
    const perVoxel = 4 * description.channels.length + 2 + 2 * description.labels.length + 1;
    const perArm = 2 * description.labels.length + 1 + 6;
    total += (await voxelsOf(join(dir, images[0]!))) * (perVoxel + (scribbled.has(id) ? arms * iterations * perArm : 0));
  }
  return { total };
}

/** @throws GeoscribeError `InvalidConfigError` where the folder's disk has less than the estimate. */
export async function requireDisk(folder: string, { total }: DiskEstimate): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= total) return;
  throw new GeoscribeError('InvalidConfigError', 'The campaign does not fit the disk', {
    file: folder,
    expected: `${formatBytes(total)} free`,
    received: `${formatBytes(free)}`,
    nextStep: 'Free some space (`geoscribe store prune`), choose another --home, or fewer cases.',
  });
}

export function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

/** Voxels by the header; 0 for a file that cannot be read: its import will say why. */
async function voxelsOf(file: string): Promise<number> {
  const stream = createReadStream(file);
  const source = file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
  stream.once('error', (error) => source.destroy(error));
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of source) {
      chunks.push(chunk as Buffer);
      if (Buffer.concat(chunks).length >= headerBytes) break;
    }
    const [nx, ny, nz] = decodeNiftiHeader(Buffer.concat(chunks), { file }).geometry.dims;
    return nx * ny * nz;
  } catch {
    return 0;
  } finally {
    stream.destroy();
  }
}
