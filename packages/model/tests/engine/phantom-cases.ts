import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { campaignConfigSchema, type CampaignSettings, type ImportedCase } from '@geoscribe/campaign';
import { encodeNifti } from '@geoscribe/core-io';
import { FolderStore } from '@geoscribe/core-io/node';
import { makePhantom, phantomLabels } from '@geoscribe/core-io/testing';
import { folderPointers } from '../../src/engine/pointers.js';

export interface TestStore {
  root: string;
  store: FolderStore;
  pointers: ReturnType<typeof folderPointers>;
  remove: () => Promise<void>;
}

export async function testStore(): Promise<TestStore> {
  const root = await mkdtemp(join(tmpdir(), 'geoscribe-engine-'));
  return { root, store: new FolderStore(root), pointers: folderPointers(root), remove: () => rm(root, { recursive: true, force: true }) };
}

/** A phantom as importCase would have stored it. */
export async function importedPhantom({ store }: TestStore, seed: number): Promise<ImportedCase> {
  const { image, label } = makePhantom({ seed, dims: [18, 20, 16], spacing: [2, 2, 2] });
  return {
    id: `phantom-${seed}`,
    image: await store.put(gzipSync(encodeNifti(image)), 'volume'),
    moreChannels: [],
    label: await store.put(encodeNifti(label), 'label-map'),
    geometry: { dims: image.geometry.dims, spacing: image.geometry.spacing },
  };
}

/** Settings of a campaign of a few steps. */
export function tinySettings(changes: { preliminary?: object; fineTuning?: object } = {}): CampaignSettings {
  const { seed, device, geodesic, preliminary, fineTuning } = campaignConfigSchema.parse({
    name: 'tiny',
    dataset: { dir: '.' },
    cases: { scribbled: [] },
    preliminary: { epochs: 3, stepsPerEpoch: 2, ...changes.preliminary },
    fineTuning: { iterations: 2, epochs: 2, stepsPerEpoch: 2, ...changes.fineTuning },
  });
  return {
    seed, device, geodesic: { ...geodesic, mode: 'posterior' }, preliminary, fineTuning,
    precision: 'float32',
    threads: 1,
    budget: 'cpu-small',
    dataset: { name: 'phantom', labels: phantomLabels, channels: ['MRI'] },
  };
}

export function withoutLabel(imported: ImportedCase): ImportedCase {
  const copy = { ...imported };
  delete copy.label;
  return copy;
}
