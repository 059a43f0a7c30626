import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { campaignConfigSchema, type BaselineName } from '@geoscribe/campaign';
import type { ArtifactStore, DatasetListing } from '@geoscribe/core-io/node';
import { encodeCheckpoint, planExperiment } from '@geoscribe/model';
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
  await expect(inputFor(2, [], { plan: 'absent.json' }, folder)).rejects.toMatchObject({ detail: { field: 'preliminary.plan', received: 'no such file or folder' } });
  await expect(inputFor(2, [], { plan: 'plan.json', checkpoint: 'network.safetensors' }, folder)).rejects.toThrow(/A checkpoint brings its own plan/);
});

it('refuses a checkpoint of another data set before anything starts, naming the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geoscribe-checkpoint-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const intensities = { mean: 100, median: 99, std: 30, min: -5, max: 400, percentile00_5: 3, percentile99_5: 210 };
  const write = (file: string, labels: string[]): void => {
    const plan = planExperiment({
      fingerprint: { spacings: [[1, 1, 1]], shapesAfterCrop: [[32, 32, 32]], medianRelativeSizeAfterCrop: 1, foregroundIntensities: [intensities] },
      dataset: { name: 'd', labels, channels: ['MRI'] },
      budget: 'cpu-small',
    });
    const training = {
      kind: 'preliminary' as const, seed: 1, device: 'cpu' as const, precision: 'float32' as const, threads: 1, epochs: 1, stepsPerEpoch: 1, learningRate: 0.01, firstStep: 0, totalSteps: 1, history: [],
    };
    writeFileSync(join(folder, file), encodeCheckpoint({ plan, training, state: [{ name: 'model.weight', shape: [1], data: Float32Array.of(1) }] }));
  };
  write('other.safetensors', ['background', 'heart', 'lung']);
  write('same.safetensors', ['background', 'organ']);
  writeFileSync(join(folder, 'none.safetensors'), 'no checkpoint');
  const given = (checkpoint: string) => inputFor(2, [], { checkpoint }, folder);
  await expect(given('other.safetensors')).rejects.toMatchObject({ code: 'InvalidCheckpointError', detail: { file: 'other.safetensors', field: 'plan.dataset.labels', received: 'background, heart, lung' } });
  await expect(given('none.safetensors')).rejects.toMatchObject({ code: 'InvalidCheckpointError', detail: { file: 'none.safetensors' } });
  await expect(given('absent.safetensors')).rejects.toMatchObject({ code: 'InvalidConfigError', detail: { field: 'preliminary.checkpoint', received: 'no such file or folder' } });
  expect((await given('same.safetensors')).preliminary).toBeDefined();
});
