import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { campaignConfigSchema, type BaselineName } from '@geoscribe/campaign';
import type { ArtifactStore, DatasetListing } from '@geoscribe/core-io/node';
import { campaignInput } from '../src/client/index.js';
import { fakeRef } from './support/fake-activities.js';

const store = { put: async () => fakeRef('dataset', 'listing') } as unknown as ArtifactStore;

function inputFor(scribbled: number, baselines: BaselineName[], preliminary: object = {}, directory = '/') {
  const ids = Array.from({ length: scribbled }, (_, index) => `case${index}`);
  const config = campaignConfigSchema.parse({ name: 'many', dataset: { dir: 'data' }, cases: { scribbled: ids }, baselines, preliminary });
  const listing: DatasetListing = {
    layout: 'msd',
    description: { name: 'd', labels: ['background', 'organ'], channels: ['MRI'] },
    cases: ids.map((id) => ({ id, images: [`${id}.nii.gz`] })),
  };
  const cases = { full: [], scribbled: ids, validation: [], test: [] };
  return campaignInput({ config, directory, listing, cases, store, searchAttributes: false });
}

it('refuses a campaign whose state would not fit one payload of Temporal, before anything starts', async () => {
  expect((await inputFor(250, ['seeds-only'])).cases).toHaveLength(250);
  await expect(inputFor(250, ['seeds-only', 'self-training', 'partial-loss'])).rejects.toThrow(/too many cases.*250 scribbled cases and 4 arms.*Leave out baselines/);
});

it('takes the reference rule where nothing is fully labelled', async () => {
  expect((await inputFor(2, [])).settings.geodesic.mode).toBe('reference');
});

it('refuses a plan that does not fit before anything starts, naming the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geoscribe-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'plan.json'), '{"version": 2}');
  await expect(inputFor(2, [], { plan: 'plan.json' }, folder)).rejects.toMatchObject({ code: 'InvalidConfigError', detail: { file: 'plan.json', field: 'version' } });
  await expect(inputFor(2, [], { plan: 'absent.json' }, folder)).rejects.toMatchObject({ detail: { field: 'preliminary.plan', received: 'ENOENT' } });
  await expect(inputFor(2, [], { plan: 'plan.json', checkpoint: 'network.safetensors' }, folder)).rejects.toThrow(/A checkpoint brings its own plan/);
});
