import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactKind, ImportedCase } from '@geoscribe/campaign';
import { decodeNpy, encodeNifti, encodeNpy, type Volume } from '@geoscribe/core-io';
import { listDataset, readLabelMap, sha256Hex, writeVolume } from '@geoscribe/core-io/node';
import { makePhantom, phantomLabels, writePhantomDataset } from '@geoscribe/core-io/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineContext } from '../../src/engine/engine-context.js';
import { evaluate } from '../../src/engine/evaluate.js';
import { exportModel } from '../../src/engine/export-model.js';
import { datasetFingerprint } from '../../src/engine/fingerprint-cases.js';
import { readLabel, readStoredLabels } from '../../src/engine/imported-case.js';
import { importCase } from '../../src/engine/import-case.js';
import { initialState } from '../../src/engine/initial-state.js';
import { predictCase } from '../../src/engine/predict-case.js';
import { trainFold } from '../../src/engine/train-fold.js';
import { trainPreliminary } from '../../src/engine/train-preliminary.js';
import { fullCases, validationCases } from '../../src/engine/training-cases.js';
import { diceByClass, meanForegroundDice } from '../../src/metrics/dice.js';
import { readOnnxMetadata } from '../../src/onnx/read-onnx-metadata.js';
import { batchRequests } from '../../src/training/patch-sampler.js';
import { train, type CaseToTrain } from '../../src/training/train.js';
import { examplePlan } from '../fixtures/example-plan.js';
import { importedPhantom, testStore, tinySettings, type TestStore } from './phantom-cases.js';

const dims: [number, number, number] = [18, 20, 16];
/** Value of the ignore label beside the phantoms' four classes. */
const ignoreLabel = 4;
const plan = { ...examplePlan({ patch: [8, 12, 12], labels: phantomLabels, stages: [{ features: 4 }, { features: 8 }] }), targetSpacing: [2, 2, 2] as [number, number, number] };
let place: TestStore;
let partial: ImportedCase;
const context = () => engineContext({ store: place.store, pointers: place.pointers });

/** Everything but a slab in the middle of the volume, which cuts both organs. */
const isIgnored = (voxel: number): boolean => Math.abs((Math.floor(voxel / dims[0]) % dims[1]) - 9.5) > 3;
const ignoring = <T extends Volume<Uint8Array | Uint16Array>>(label: T): T => ({ ...label, data: label.data.map((value, voxel) => (isIgnored(voxel) ? ignoreLabel : value)) });

beforeAll(async () => {
  place = await testStore();
  const { label } = makePhantom({ seed: 1, dims, spacing: [2, 2, 2] });
  const whole = await importedPhantom(place, 1);
  partial = { ...whole, id: 'partial', label: await place.store.put(encodeNifti(ignoring(label)), 'label-map'), ignoreLabel };
});
afterAll(() => place.remove());

describe('a training case with ignored voxels', () => {
  test('has no class and no confidence there, and no patch is centred there', async () => {
    const whole = await importedPhantom(place, 1);
    const [known, one] = await fullCases([whole, partial], plan, 0, context());
    expect(known!.arrays.confidence).toBeUndefined();
    expect(known!.sampling.annotated).toBeUndefined();
    const { confidence, label, image } = one!.arrays;
    // On the phantom's own grid: nothing is resampled.
    expect([...confidence!]).toEqual(Array.from(confidence!, (_, voxel) => (isIgnored(voxel) ? 0 : 1)));
    expect([...label]).toEqual(Array.from(known!.arrays.label, (value, voxel) => (isIgnored(voxel) ? 0 : value)));
    expect(image).toEqual(known!.arrays.image);
    const { annotated, locations } = one!.sampling;
    expect(annotated!.length).toBe(label.length - label.filter((_, voxel) => isIgnored(voxel)).length);
    for (const voxel of [...annotated!, ...locations.flatMap(({ voxels }) => [...voxels])]) expect(isIgnored(voxel)).toBe(false);
    for (let step = 0; step < 20; step++) {
      for (const { center } of batchRequests({ cases: [one!.sampling], patch: [2, 2, 2], batch: 6, seed: 1, step })) {
        expect(Math.abs(center[1] - 9.5)).toBeLessThanOrEqual(3);
      }
    }
  });

  test('is refused where the plan’s grid leaves nothing of its annotation', async () => {
    const { label } = makePhantom({ seed: 1, dims, spacing: [2, 2, 2] });
    const stroke = { ...label, data: label.data.map((_, voxel) => (voxel === 3000 ? 1 : ignoreLabel)) };
    const lost = { ...partial, label: await place.store.put(encodeNifti(stroke), 'label-map') };
    const coarse = { ...plan, targetSpacing: [4.5, 4.5, 4.5] as [number, number, number] };
    await expect(fullCases([lost], coarse, 0, context())).rejects.toMatchObject({ code: 'InvalidLabelError', message: expect.stringContaining('partial') });
  });

  test('trains the same weights whatever class is under the ignored voxels, and others where they count', async () => {
    const [one] = await fullCases([partial], plan, 0, context());
    const [whole] = await fullCases([await importedPhantom(place, 1)], plan, 0, context());
    const truth = whole!.arrays.label;
    const under = (label: Uint8Array): CaseToTrain => ({ ...one!, arrays: { ...one!.arrays, label } });
    const sure = new Float32Array(truth.length).fill(1);
    const counting = { ...under(truth), arrays: { ...under(truth).arrays, confidence: sure } };
    const [ignored, otherClass, counted] = await Promise.all([weights(one!), weights(under(truth)), weights(counting)]);
    expect(otherClass).toBe(ignored);
    expect(counted).not.toBe(ignored);
  });
});

async function weights(one: CaseToTrain): Promise<string> {
  let last = '';
  await train({
    plan,
    start: {
      training: {
        kind: 'preliminary', seed: 1, device: 'cpu', precision: 'float32', threads: 1, epochs: 1, stepsPerEpoch: 4,
        learningRate: 0.05, firstStep: 0, totalSteps: 4, history: [],
      },
      state: await initialState(plan, 1),
    },
    cases: [one],
    validation: [],
    validateEvery: 1,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onCheckpoint: async ({ bytes }) => void (last = sha256Hex(bytes)),
  });
  return last;
}

describe('a campaign with ignored voxels', () => {
  const campaign = 'partly';
  const settings = { ...tinySettings({ preliminary: { epochs: 1 } }), dataset: { name: 'phantom', labels: phantomLabels, channels: ['MRI'], ignoreLabel } };

  test('trains on its full cases, validates, evaluates and calibrates on what is annotated', async () => {
    const whole = await importedPhantom(place, 1);
    const network = await trainPreliminary({ campaign, settings, full: [partial, await importedPhantom(place, 2)], validation: [partial], scribbled: [] }, context());
    const prediction = await predictCase({ campaign, settings, network, case: partial }, context());
    const [label, predicted, truth] = await Promise.all([readLabel(place.store, partial), readStoredLabels(place.store, prediction.labelMap), readLabel(place.store, whole)]);
    const weighing = Float32Array.from(label.data, (value) => (value === ignoreLabel ? 0 : 1));
    const expected = diceByClass({ prediction: predicted.data, reference: truth.data, classes: 4, weights: weighing });

    const { data, shape } = decodeNpy(await place.store.get(prediction.label), { file: 'label' });
    const array = (values: Uint8Array | Float32Array, kind: ArtifactKind) => place.store.put(encodeNpy({ shape, data: values }), kind);
    const pseudoLabel = {
      caseId: partial.id,
      preprocessed: prediction.preprocessed,
      pseudoLabel: await array(data as Uint8Array, 'pseudo-label'),
      confidence: await array(new Float32Array(data.length).fill(1), 'confidence-map'),
      focus: await array(new Uint8Array(data.length), 'focus-mask'),
      statistics: { focusFraction: 0, reachedVoxels: [], flippedVoxels: 0, walledShare: 0, meanConfidence: 1, seconds: 0 },
    };
    const pseudo = { iteration: 1, cases: [{ case: partial, prediction, pseudoLabel }] };
    const { metrics, pseudoLabels } = await evaluate({ campaign, settings, method: 'm', network, test: [partial], pseudo }, context());
    expect(Object.values(metrics!.perClassDice)).toEqual(expected.slice(1).map((dice) => (dice === null ? null : expect.closeTo(dice, 12))));
    expect(pseudoLabels!.meanConfidenceWrong).toBe(1);
    // The tiny plan's grid is the image's own.
    expect(pseudoLabels!.before).toBeCloseTo(meanForegroundDice(expected) ?? 0, 12);
    const { model } = await exportModel({ campaign, settings, network, validation: [partial] }, context());
    const { calibration } = readOnnxMetadata(await place.store.get(model), { file: 'model.onnx' });
    expect(calibration).toMatchObject({ cases: 1, voxels: weighing.reduce((sum, weight) => sum + weight, 0) });
  });

  test('measures the thickness of classes beside ignored voxels, not that of the annotated slab', async () => {
    const whole = await importedPhantom(place, 1);
    const adopt = async (full: ImportedCase[]) => {
      const { checkpoint } = await trainPreliminary({ campaign, settings, full: [whole], validation: [], scribbled: [] }, context());
      return (await trainPreliminary({ campaign, settings, full, validation: [], scribbled: [], checkpoint }, context())).distanceWeight;
    };
    const [one, other] = [await adopt([whole]), await adopt([partial])];
    // An organ of which a part is known is never taken for thinner than that part.
    other.forEach((weight, c) => expect(weight, `class ${c}`).toBeLessThanOrEqual(one[c]!));
  });
});

test('an image is prepared for prediction and evaluation as if there were no label', async () => {
  const [validation] = await validationCases([partial], plan, context());
  const [prepared] = await validationCases([await importedPhantom(place, 1)], plan, context());
  expect(validation!.image).toEqual(prepared!.image);
  expect(validation!.confidence!.filter((weight) => weight === 0).length).toBe(prepared!.label.filter((_, voxel) => isIgnored(voxel)).length);
});

describe('a data set with an ignore label', () => {
  let dir: string;
  beforeAll(async () => {
    dir = join(place.root, 'data');
    const ids = await writePhantomDataset(dir, { cases: 3, seed: 0, dims, spacing: [2, 2, 2] });
    const json = JSON.parse(await readFile(join(dir, 'dataset.json'), 'utf8')) as { labels: Record<string, string> };
    json.labels[String(ignoreLabel)] = 'ignore';
    await writeFile(join(dir, 'dataset.json'), JSON.stringify(json));
    for (const id of ids) {
      const file = join(dir, 'labelsTr', `${id}.nii.gz`);
      if (id !== 'phantom_001') await writeVolume(file, ignoring(await readLabelMap(file)));
    }
  });
  const open = async () => ({ dir, listing: await listDataset(dir, 'auto') });

  test('tells its ignore label case by case', async () => {
    const dataset = await open();
    expect(dataset.listing.description).toMatchObject({ labels: phantomLabels, ignoreLabel });
    const imported = await Promise.all(['phantom_000', 'phantom_001'].map((caseId) => importCase({ ...dataset, caseId, trustImageGeometry: false, needsLabel: true }, place.store)));
    expect(imported.map((one) => one.ignoreLabel)).toEqual([ignoreLabel, undefined]);
  });

  test('is planned from its annotated voxels', async () => {
    const { listing } = await open();
    const look = (description: typeof listing.description) =>
      datasetFingerprint({ directory: dir, listing: { ...listing, description }, trustImageGeometry: false, signal: new AbortController().signal, onProgress: () => undefined });
    const { name, channels } = listing.description;
    const found = await look(listing.description);
    // The lesion is the brightest, the ignored voxels are mostly background of 100: counted as a class, they are foreground.
    const counted = await look({ name, channels, labels: [...phantomLabels, 'fourth'] });
    expect(found.spacings).toEqual(counted.spacings);
    expect(found.foregroundIntensities[0]!.mean).toBeGreaterThan(counted.foregroundIntensities[0]!.mean + 5);
  });

  test('trains a fold and is scored on its annotated voxels', async () => {
    const folder = join(place.root, 'run', 'fold_0');
    const result = await trainFold({
      folder,
      dataset: await open(),
      plan,
      training: ['phantom_000', 'phantom_001'],
      validation: ['phantom_002'],
      curves: { formats: [], mlflow: null },
      settings: {
        seed: 1, device: 'cpu', precision: 'float32', threads: 1, epochs: 1, stepsPerEpoch: 4, validateEvery: 1, folds: 5, accumulate: 1, deterministic: false, trustImageGeometry: false,
      },
    }, context());
    const prediction = await readLabelMap(join(folder, 'validation', 'phantom_002.nii.gz'));
    const reference = await readLabelMap(join(dir, 'labelsTr', 'phantom_002.nii.gz'));
    const weighing = Float32Array.from(reference.data, (value) => (value === ignoreLabel ? 0 : 1));
    const dice = diceByClass({ prediction: prediction.data, reference: reference.data, classes: 4, weights: weighing });
    expect(result.validation!.dice).toBeCloseTo(meanForegroundDice(dice)!, 12);
    const { history } = JSON.parse(`{"history":[${(await readFile(join(folder, 'training.jsonl'), 'utf8')).trim().split('\n').join(',')}]}`) as { history: { validationDice: number }[] };
    // Nothing is resampled: the plan's grid is the image's.
    expect(history[0]!.validationDice).toBeCloseTo(meanForegroundDice(dice)!, 12);
    const summary = JSON.parse(await readFile(join(folder, 'validation', 'summary.json'), 'utf8')) as { metric_per_case: { metrics: Record<string, Record<string, number>> }[] };
    const { TP, FP, FN, TN } = summary.metric_per_case[0]!.metrics['1'] as { TP: number; FP: number; FN: number; TN: number };
    expect(TP + FP + FN + TN).toBe(weighing.reduce((sum, weight) => sum + weight, 0));
    const evaluation = JSON.parse(await readFile(join(folder, 'validation', 'evaluation.json'), 'utf8')) as { ignoreLabel: number };
    expect(evaluation.ignoreLabel).toBe(ignoreLabel);
  });
});
