import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactRef, ImportedCase, PseudoLabel } from '@geoscribe/campaign';
import { compareGeometry, encodeNifti, encodeNpy, UNMARKED } from '@geoscribe/core-io';
import { listDataset, loadCase, readLabelMap, readVolume } from '@geoscribe/core-io/node';
import { phantomLabels } from '@geoscribe/core-io/testing';
import { engineContext } from '../../src/engine/engine-context.js';
import { datasetFingerprint } from '../../src/engine/fingerprint-cases.js';
import { trainFold } from '../../src/engine/train-fold.js';
import { fullCases } from '../../src/engine/training-cases.js';
import { exportNnunet, type ExportNnunetOptions, type PseudoLabelledCase } from '../../src/interchange/export-nnunet.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { importCases } from '../../src/runs/import-cases.js';
import { importedPhantom, testStore, type TestStore } from '../engine/phantom-cases.js';
import { examplePlan } from '../fixtures/example-plan.js';
import { planFor } from '../helpers/plans.js';

/** Resampled along two axes, and the image's x axis first. */
const plan = planFor({ spacing: [1.5, 2, 3], shape: [21, 20, 12], labels: phantomLabels });

/** Value of the ignore label beside the phantoms' four classes. */
const ignore = 4;

let home: TestStore;
let raw: string;
beforeAll(async () => {
  home = await testStore();
  raw = await mkdtemp(join(tmpdir(), 'geoscribe-nnunet-'));
});
afterAll(async () => {
  await home.remove();
  await rm(raw, { recursive: true });
});

/** A case whose pseudo label is class 1 in the half of lower x, 2 in the other, with confidence by half. */
async function pseudoLabelled(seed: number, confidence: { lower: number; upper: number }, seeds?: ArtifactRef): Promise<PseudoLabelledCase> {
  const imported = await importedPhantom(home, seed);
  const [channel] = await readVolume(await home.store.path(imported.image));
  const { shape, properties } = preprocessImage({ channels: [channel!], plan, id: imported.id });
  const voxels = shape[0] * shape[1] * shape[2];
  expect(properties.transposeForward).toEqual([2, 0, 1]);
  const isUpper = (voxel: number): boolean => voxel >= Math.floor(shape[0] / 2) * shape[1] * shape[2];
  const put = (data: Uint8Array | Float32Array, kind: 'pseudo-label' | 'confidence-map' | 'focus-mask'): Promise<ArtifactRef> =>
    home.store.put(encodeNpy({ shape, data }), kind);
  const empty = await home.store.put(encodeNpy({ shape: [1, ...shape], data: new Float32Array(voxels) }), 'preprocessed-image');
  const pseudo: PseudoLabel = {
    caseId: imported.id,
    preprocessed: {
      id: imported.id,
      image: empty,
      validMask: await put(new Uint8Array(voxels).fill(1), 'focus-mask'),
      properties: await home.store.put(Buffer.from(JSON.stringify(properties)), 'case-properties'),
    },
    pseudoLabel: await put(Uint8Array.from({ length: voxels }, (_, voxel) => (isUpper(voxel) ? 2 : 1)), 'pseudo-label'),
    confidence: await put(Float32Array.from({ length: voxels }, (_, voxel) => (isUpper(voxel) ? confidence.upper : confidence.lower)), 'confidence-map'),
    focus: await put(new Uint8Array(voxels), 'focus-mask'),
    statistics: { focusFraction: 0, reachedVoxels: [], flippedVoxels: 0, walledShare: 0, meanConfidence: 0, seconds: 0 },
  };
  return { imported, pseudo, ...(seeds !== undefined && { seeds }) };
}

function write(changes: Partial<ExportNnunetOptions>): ReturnType<typeof exportNnunet> {
  const options: ExportNnunetOptions = {
    raw, datasetId: 7, campaign: 'liver-2 test', dataset: { name: 'phantom', labels: phantomLabels, channels: ['MRI'] },
    full: [], pseudoLabelled: [], test: [], ignoreBelow: 0.5, overwrite: false, ...changes,
  };
  return exportNnunet(options, { store: home.store, signal: new AbortController().signal });
}

async function values(file: string): Promise<number[]> {
  return [...new Set((await readLabelMap(file)).data)].sort();
}

describe('an exported nnU-Net data set', () => {
  let folder: string;
  let withSeeds: { imported: ImportedCase; marked: number };
  beforeAll(async () => {
    const plain = await importedPhantom(home, 3);
    const [image] = await readVolume(await home.store.path(plain.image));
    const seedMap = new Uint8Array(image!.data.length).fill(UNMARKED);
    // In the half that is ignored, and in the other one.
    seedMap[0] = 3;
    seedMap[seedMap.length - 1] = 3;
    const seeds = await home.store.put(gzipSync(encodeNifti({ geometry: image!.geometry, data: seedMap })), 'seed-map');
    const pseudo = await pseudoLabelled(3, { lower: 0.49, upper: 0.5 }, seeds);
    withSeeds = { imported: pseudo.imported, marked: 2 };
    const result = await write({
      full: [await importedPhantom(home, 1)],
      pseudoLabelled: [pseudo, await pseudoLabelled(4, { lower: 0, upper: 0.499 })],
      test: [await importedPhantom(home, 2)],
    });
    expect(result).toMatchObject({ training: 2, pseudoLabelled: 1, test: 1, leftOut: ['phantom-4'] });
    const { dims } = pseudo.imported.geometry;
    // One half, less the seed in it.
    expect(result.ignoredShare).toBe(0.5 - 1 / (dims[0] * dims[1] * dims[2]));
    folder = result.folder;
  });

  it('has the names and the numbering that nnU-Net verifies', async () => {
    expect(folder).toBe(join(raw, 'Dataset007_Liver2Test'));
    expect((await readdir(folder)).sort()).toEqual(['dataset.json', 'imagesTr', 'imagesTs', 'labelsTr', 'labelsTs']);
    expect(await readdir(join(folder, 'imagesTr'))).toEqual(['phantom-1_0000.nii.gz', 'phantom-3_0000.nii.gz']);
    expect(await readdir(join(folder, 'labelsTr'))).toEqual(['phantom-1.nii.gz', 'phantom-3.nii.gz']);
    const json = JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8')) as { labels: Record<string, number> };
    expect(json).toMatchObject({ channel_names: { 0: 'MRI' }, numTraining: 2, file_ending: '.nii.gz' });
    expect(Object.values(json.labels)).toEqual([0, 1, 2, 3, ignore]);
    expect([json.labels['background'], json.labels['ignore']]).toEqual([0, ignore]);
  });

  it('is a data set with an ignore label that we plan, preprocess and train on ourselves', async () => {
    const listing = await listDataset(folder, 'auto');
    expect(listing).toMatchObject({ layout: 'nnunet', description: { labels: phantomLabels, channels: ['MRI'], ignoreLabel: ignore } });
    const signal = new AbortController().signal;
    const fingerprint = await datasetFingerprint({ directory: folder, listing, trustImageGeometry: false, signal, onProgress: () => undefined });
    expect(planExperiment({ fingerprint, dataset: listing.description, budget: 'cpu-small' }).dataset.labels).toEqual(phantomLabels);
    const context = engineContext({ store: home.store, pointers: home.pointers });
    const cases = await importCases({ dir: folder, listing, ids: ['phantom-1', 'phantom-3'], trustImageGeometry: false }, context);
    const [whole, partial] = await fullCases(cases, plan, 0, context);
    expect(whole!.arrays.confidence).toBeUndefined();
    // Half of the image but for the voxels beside the cut and the lone seeds, which resampling gives to either side.
    const known = partial!.arrays.confidence!.reduce((sum, weight) => sum + weight, 0) / partial!.arrays.label.length;
    expect(Math.abs(known - 0.5)).toBeLessThan(0.05);
    expect(new Set(partial!.arrays.label.filter((_, voxel) => partial!.arrays.confidence![voxel] === 0))).toEqual(new Set([0]));
    expect(partial!.sampling.locations.map((one) => one.class)).not.toContain(1);
    const settings = {
      seed: 1, device: 'cpu' as const, precision: 'float32' as const, threads: 1, epochs: 1, stepsPerEpoch: 2, validateEvery: 1, folds: 2, accumulate: 1, deterministic: false, trustImageGeometry: false,
    };
    const small = examplePlan({ patch: [8, 8, 8], labels: phantomLabels, stages: [{ features: 4 }, { features: 8 }] });
    const trained = await trainFold({
      folder: join(home.root, 'fold_0'), dataset: { dir: folder, listing }, plan: { ...small, dataset: { ...small.dataset, channels: ['MRI'] } },
      training: ['phantom-1', 'phantom-3'], validation: [], settings, curves: { formats: [], mlflow: null },
    }, context);
    expect(Number.isFinite(trained.loss)).toBe(true);
  });

  it("keeps every label on its image's grid, with labels of the table only", async () => {
    for (const id of ['phantom-1', 'phantom-3']) {
      const [image] = await readVolume(join(folder, 'imagesTr', `${id}_0000.nii.gz`));
      const label = await readLabelMap(join(folder, 'labelsTr', `${id}.nii.gz`));
      expect(compareGeometry(label.geometry, image!.geometry).agree).toBe(true);
    }
    expect(await values(join(folder, 'labelsTr', 'phantom-1.nii.gz'))).toEqual([0, 1, 2, 3]);
    expect(await values(join(folder, 'labelsTr', 'phantom-3.nii.gz'))).toEqual([2, 3, ignore]);
  });

  it('ignores what is below the threshold, and never a seed', async () => {
    const { data, geometry } = await readLabelMap(join(folder, 'labelsTr', 'phantom-3.nii.gz'));
    expect(geometry.dims).toEqual(withSeeds.imported.geometry.dims);
    expect(data.filter((value) => value === 3)).toHaveLength(withSeeds.marked);
    // The confidence of 0.49 lies in the half whose pseudo label is 1.
    expect(data.includes(1)).toBe(false);
    expect([data[0], data.at(-1)]).toEqual([3, 3]);
  });
});

it('an export that ignores nothing has no ignore label, and is a data set that we read ourselves', async () => {
  const { folder, ignoredShare } = await write({ datasetId: 8, ignoreBelow: 0, pseudoLabelled: [await pseudoLabelled(5, { lower: 0, upper: 0 })] });
  expect(ignoredShare).toBe(0);
  const listing = await listDataset(folder, 'auto');
  expect(listing).toMatchObject({ layout: 'nnunet', description: { labels: phantomLabels, channels: ['MRI'] } });
  const { label } = await loadCase(folder, listing, 'phantom-5', { trustImageGeometry: false });
  expect([...new Set(label!.data)].sort()).toEqual([1, 2]);
});

it('true labels with ignored voxels keep them, also where no pseudo label ignores any', async () => {
  const whole = await importedPhantom(home, 1);
  const label = await readLabelMap(await home.store.path(whole.label!));
  label.data.fill(ignore, 0, 500);
  const partial = { ...whole, label: await home.store.put(encodeNifti(label), 'label-map'), ignoreLabel: ignore };
  const dataset = { name: 'phantom', labels: phantomLabels, channels: ['MRI'], ignoreLabel: ignore };
  const { folder } = await write({ datasetId: 11, dataset, full: [partial], ignoreBelow: 0 });
  const listing = await listDataset(folder, 'auto');
  expect(listing.description.ignoreLabel).toBe(ignore);
  expect((await loadCase(folder, listing, 'phantom-1', { trustImageGeometry: false })).ignoreLabel).toBe(ignore);
});

it('a folder that exists stays as it is, unless it is to be replaced by a whole one', async () => {
  const full = [await importedPhantom(home, 1)];
  const { folder } = await write({ datasetId: 9, full });
  await writeFile(join(folder, 'mine.txt'), 'kept');
  await expect(write({ datasetId: 9, full })).rejects.toThrow(/Dataset009_Liver2Test.*--overwrite/);
  await expect(write({ datasetId: 9, overwrite: true })).rejects.toThrow(/No case would be left/);
  expect(await readdir(folder)).toContain('mine.txt');
  await write({ datasetId: 9, full, overwrite: true });
  expect(await readdir(folder)).not.toContain('mine.txt');
  expect((await readdir(raw)).filter((name) => name.startsWith('.'))).toEqual([]);
});

it('refuses what nnU-Net cannot name', async () => {
  const full = [await importedPhantom(home, 1)];
  await expect(write({ full, datasetId: 1000 })).rejects.toThrow(/datasetId.*1 to 999.*1000/);
  await expect(write({ full, ignoreBelow: 1.5 })).rejects.toThrow(/ignoreBelow.*0 to 1.*1\.5/);
  const dataset = { name: 'phantom', labels: ['background', 'liver', 'ignore', 'lesion'], channels: ['MRI'] };
  await expect(write({ full, dataset })).rejects.toThrow(/labels.*ignore.*Rename/);
  await expect(write({ datasetId: 10, pseudoLabelled: [await pseudoLabelled(6, { lower: 0, upper: 0.1 })] })).rejects.toThrow(/--ignore-below/);
});
