import { gunzipSync } from 'node:zlib';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, ImportedCase, Prediction, Progress, PseudoLabel, TrainedNetwork } from '@geoscribe/campaign';
import { decodeLabelMap, decodeNpy, encodeNifti, encodeNpy, UNMARKED } from '@geoscribe/core-io';
import { makePhantom } from '@geoscribe/core-io/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineContext } from '../../src/engine/engine-context.js';
import { evaluate } from '../../src/engine/evaluate.js';
import { caseResultsSchema } from '../../src/evaluation/case-result-schema.js';
import { calibratedCheckpoint } from '../../src/engine/calibrated-checkpoint.js';
import { exportModel } from '../../src/engine/export-model.js';
import { fineTune } from '../../src/engine/fine-tune.js';
import { readCheckpoint } from '../../src/engine/network-cache.js';
import { predictCase } from '../../src/engine/predict-case.js';
import { preprocessedCase } from '../../src/engine/preprocess-cache.js';
import { pseudoCases } from '../../src/engine/training-cases.js';
import { trainPreliminary } from '../../src/engine/train-preliminary.js';
import { onnxPredictor } from '../../src/inference/onnx-predictor.js';
import { readOnnxMetadata } from '../../src/onnx/read-onnx-metadata.js';
import { slidingWindow } from '../../src/inference/sliding-window.js';
import { decodeCheckpoint, finalTensors } from '../../src/training/checkpoint.js';
import { importedPhantom, testStore, tinySettings, withoutLabel, type TestStore } from './phantom-cases.js';

const campaign = 'test';
const settings = tinySettings();

let place: TestStore;
let full: ImportedCase[];
let scribbled: ImportedCase;
let network: TrainedNetwork;
let progress: Progress[] = [];

const context = (changes: object = {}) =>
  engineContext({ store: place.store, pointers: place.pointers, progress: (p) => progress.push(p), ...changes });
const checkpointOf = (trained: TrainedNetwork) => readCheckpoint(place.store, trained.checkpoint);

beforeAll(async () => {
  place = await testStore();
  full = [await importedPhantom(place, 1), await importedPhantom(place, 2)];
  scribbled = await importedPhantom(place, 3);
  network = await trainPreliminary({ campaign, settings, full, validation: [scribbled], scribbled: [] }, context());
});
afterAll(() => place.remove());

/** A pseudo label as propagation would have made it: the truth, sure of itself in one half. */
async function pseudoLabelOf(imported: ImportedCase, prediction: Prediction): Promise<PseudoLabel> {
  const { store } = place;
  const { shape, data } = decodeNpy(await store.get(prediction.label), { file: 'label' });
  return {
    caseId: imported.id,
    preprocessed: prediction.preprocessed,
    pseudoLabel: await store.put(encodeNpy({ shape, data: data as Uint8Array }), 'pseudo-label'),
    confidence: await store.put(encodeNpy({ shape, data: Float32Array.from(data, (_, i) => (i % 2 === 0 ? 1 : 0.25)) }), 'confidence-map'),
    focus: await store.put(encodeNpy({ shape, data: Uint8Array.from(data, (_, i) => Number(i % 5 === 0)) }), 'focus-mask'),
    statistics: { focusFraction: 0.2, reachedVoxels: [], flippedVoxels: 0, walledShare: 0, meanConfidence: 0.6, seconds: 0 },
  };
}

const predict = (trained: TrainedNetwork, imported: ImportedCase): Promise<Prediction> =>
  predictCase({ campaign, settings, network: trained, case: imported }, context());

describe('trainPreliminary', () => {
  test('describes what it trained', async () => {
    const { training, plan } = await checkpointOf(network);
    expect(network.epochs).toBe(3);
    expect(training.history.length).toBe(3);
    expect(network.finalLoss).toBe(training.history[2]!.loss);
    expect(network.validationDice).toBe(training.history[2]!.validationDice);
    expect(JSON.parse((await place.store.get(network.plan)).toString())).toEqual(plan);
    const curve = JSON.parse((await place.store.get(network.curve)).toString()) as object[];
    expect(curve.map((entry) => Object.keys(entry).includes('secondsPerStep'))).toEqual([true, true, true]);
    expect(network.distanceWeight.length).toBe(4);
    // 2 mm voxels and organs a few voxels thick: between the limits 0.01 and 0.3.
    for (const weight of network.distanceWeight) expect(weight).toBeGreaterThan(0.05);
  });

  test('reports every step of the work', () => {
    expect(new Set(progress.map(({ step }) => step))).toEqual(new Set(['fingerprint', 'preprocess', 'train', 'validate']));
  });

  test('repeated, it finds its own result and trains nothing', async () => {
    progress = [];
    const again = await trainPreliminary({ campaign: 'another', settings, full, validation: [scribbled], scribbled: [] }, context());
    expect(again.checkpoint).toEqual(network.checkpoint);
    expect(again.curve).toEqual(network.curve);
    expect(progress.some(({ step }) => step === 'train')).toBe(false);
    expect(progress).toContainEqual(expect.objectContaining({ step: 'resume', resumedFromEpoch: 3 }));
  });

  test('superseded checkpoints are gone: latest and best are left', async () => {
    const [file] = await readdir(join(place.root, 'refs', 'training'));
    const pointer = (await place.pointers.read('training', file!.replace('.json', '')))!;
    expect(pointer.latest).toEqual(network.checkpoint);
    const kept = new Set([pointer.latest.sha256, pointer.best!.sha256]);
    const found: string[] = [];
    for await (const { sha256, bytes } of place.store.list()) {
      // Checkpoints of one training differ by a few entries of its history.
      if (Math.abs(bytes - network.checkpoint.bytes) < 4096) found.push(sha256);
    }
    expect(new Set(found)).toEqual(kept);
  });

  test('cancelled and started again, it ends in the same checkpoint', async () => {
    const fresh = await testStore();
    const input = { campaign, settings, full, validation: [], scribbled: [] };
    const control = new AbortController();
    const other = { store: place.store, pointers: fresh.pointers };
    const stopped = trainPreliminary(input, engineContext({
      ...other,
      signal: control.signal,
      progress: ({ epoch, done, step }) => {
        if (step === 'train' && epoch === 2 && done === 1) control.abort(new Error('stop'));
      },
    }));
    await expect(stopped).rejects.toThrow('stop');
    const reports: Progress[] = [];
    const resumed = await trainPreliminary(input, engineContext({ ...other, progress: (p) => reports.push(p) }));
    // The step that runs while the signal comes is finished, so epoch 2 may be, too.
    expect([1, 2]).toContain(reports.find(({ step }) => step === 'resume')?.resumedFromEpoch);
    const uninterrupted = await testStore();
    const whole = await trainPreliminary(input, engineContext({ store: place.store, pointers: uninterrupted.pointers }));
    expect(resumed.checkpoint.sha256).toBe(whole.checkpoint.sha256);
    await Promise.all([fresh.remove(), uninterrupted.remove()]);
  });

  test('a checkpoint from elsewhere is taken as it is', async () => {
    const taken = await trainPreliminary({ campaign, settings, full, validation: [], scribbled: [], checkpoint: network.checkpoint }, context());
    expect(taken).toEqual({ ...network, curve: expect.anything() });
  });

  test('a checkpoint of another data set is refused', async () => {
    const other = { ...settings, dataset: { ...settings.dataset, labels: ['background', 'liver'] } };
    const adopted = trainPreliminary({ campaign, settings: other, full: [], validation: [], scribbled: [], checkpoint: network.checkpoint }, context());
    await expect(adopted).rejects.toMatchObject({ code: 'InvalidCheckpointError', detail: { field: 'plan.dataset.labels' } });
  });

  test('without full cases it trains on the scribbles alone', async () => {
    const { label } = makePhantom({ seed: 3, dims: [18, 20, 16], spacing: [2, 2, 2] });
    const marks = label.data.map((value, i) => (i % 11 === 0 ? value : UNMARKED));
    const seeds = await place.store.put(encodeNifti({ geometry: label.geometry, data: marks }), 'seed-map');
    const trained = await trainPreliminary({ campaign, settings, full: [], validation: [], scribbled: [{ case: withoutLabel(scribbled), seeds }] }, context());
    expect(trained.epochs).toBe(3);
    expect(trained.distanceWeight).toEqual([0.01, 0.01, 0.01, 0.01]);
    expect(Number.isFinite(trained.finalLoss)).toBe(true);
  });

  test('a given plan is trained from, one of another data set is refused', async () => {
    const { plan } = await checkpointOf(network);
    const put = (value: object): Promise<ArtifactRef> => place.store.put(Buffer.from(JSON.stringify(value)), 'plan');
    const input = { campaign, settings: tinySettings({ preliminary: { epochs: 1, stepsPerEpoch: 1 } }), full, validation: [], scribbled: [] };
    const given = { ...plan, training: { ...plan.training, momentum: 0.8 } };
    expect((await checkpointOf(await trainPreliminary({ ...input, plan: await put(given) }, context()))).plan).toEqual(given);
    const other = await put({ ...plan, dataset: { ...plan.dataset, labels: ['background', 'liver'] } });
    await expect(trainPreliminary({ ...input, plan: other }, context())).rejects.toMatchObject({ code: 'InvalidConfigError', detail: { field: 'dataset.labels' } });
  });

  test('a full case without label is named', async () => {
    const training = trainPreliminary({ campaign, settings, full: [withoutLabel(full[0]!)], validation: [], scribbled: [] }, context());
    await expect(training).rejects.toThrow(/phantom-1/);
  });
});

describe('preprocessedCase', () => {
  test('is computed once; lost arrays are made again', async () => {
    const { plan } = await checkpointOf(network);
    const input = { imported: scribbled, plan, labelUse: 'none' as const };
    const first = await preprocessedCase(input, context());
    await place.store.remove(first.image.sha256);
    const again = await preprocessedCase(input, context());
    expect(again).toEqual(first);
    expect(await place.store.has(first.image)).toBe(true);
    const forgetful = { ...place.store, get: () => Promise.reject(new Error('read again')), has: (ref: ArtifactRef) => place.store.has(ref) };
    expect(await preprocessedCase(input, { store: forgetful as never, pointers: place.pointers })).toEqual(first);
  });
});

describe('predictCase', () => {
  test('stores probability, label and label map of one another', async () => {
    const prediction = await predict(network, scribbled);
    const probability = decodeNpy(await place.store.get(prediction.probability), { file: 'p' });
    expect(probability.dtype).toBe('float16');
    expect(probability.shape[0]).toBe(4);
    const voxels = probability.data.length / 4;
    for (let v = 0; v < voxels; v++) {
      const sum = [0, 1, 2, 3].reduce((s, c) => s + (probability.data[c * voxels + v] as number), 0);
      // Four float16 roundings of numbers up to 1.
      expect(Math.abs(sum - 1)).toBeLessThan(2e-3);
    }
    const label = decodeNpy(await place.store.get(prediction.label), { file: 'l' });
    expect(label.shape).toEqual(probability.shape.slice(1));
    const map = decodeLabelMap(gunzipSync(await place.store.get(prediction.labelMap)), { file: 'm' });
    expect(map.geometry.dims).toEqual(scribbled.geometry.dims);
  });

  test('knows nothing of the label', async () => {
    expect(await predict(network, withoutLabel(scribbled))).toEqual(await predict(network, scribbled));
  });

  test('predicts the same again', async () => {
    expect(await predict(network, scribbled)).toEqual(await predict(network, scribbled));
  });
});

describe('fineTune', () => {
  test('starts from the preliminary network and then goes on with its own optimiser', async () => {
    const prediction = await predict(network, scribbled);
    const pseudo = [await pseudoLabelOf(scribbled, prediction)];
    const input = { campaign, settings, arm: 'main', full, pseudo, extraFull: [], validation: [] };
    const first = await fineTune({ ...input, iteration: 1, network }, context());
    const second = await fineTune({ ...input, iteration: 2, network: first }, context());
    const [one, two] = [await checkpointOf(first), await checkpointOf(second)];
    const preliminary = await checkpointOf(network);
    expect(one.plan).toEqual(preliminary.plan);
    expect([one.training.firstStep, two.training.firstStep, two.training.totalSteps]).toEqual([0, 4, 8]);
    expect(one.state.some(({ name }) => name.startsWith('ema.'))).toBe(true);
    expect(first.distanceWeight).toEqual(network.distanceWeight);
    // The learning rate falls over both iterations, not over each.
    expect(two.training.history[0]!.learningRate).toBeLessThan(two.plan.training.fineTuningLearningRate);
    const ema = finalTensors(one.state).find(({ name }) => name === 'head.0.weight')!;
    const model = one.state.find(({ name }) => name === 'model.head.0.weight')!;
    expect([...ema.data]).not.toEqual([...model.data]);
  });

  test('a case with confidence on its strokes alone is sampled on them, another one anywhere', async () => {
    const prediction = await predict(network, scribbled);
    const { shape, data } = decodeNpy(await place.store.get(prediction.label), { file: 'label' });
    const pseudo = await pseudoLabelOf(scribbled, prediction);
    const { plan } = await checkpointOf(network);
    const strokes = Float32Array.from(data, (_, i) => (i % 50 === 0 ? 1 : 0));
    const partial = { ...pseudo, confidence: await place.store.put(encodeNpy({ shape, data: strokes }), 'confidence-map') };
    const [spread, sparse] = await pseudoCases([pseudo, partial], plan, 0, context());
    expect(spread!.sampling.annotated).toBeUndefined();
    expect(sparse!.sampling.annotated!.every((v) => strokes[v] === 1)).toBe(true);
    expect(sparse!.sampling.annotated!.length).toBe(strokes.reduce((a, b) => a + b, 0));
  });

  test('trains on full labels alone where there are no pseudo labels', async () => {
    const input = { campaign, settings, arm: 'continued', iteration: 1, network, full, pseudo: [], extraFull: [scribbled], validation: [] };
    expect((await fineTune(input, context())).epochs).toBe(2);
  });
});

describe('evaluate', () => {
  test("measures test cases on their own grid and pseudo labels on the plan's", async () => {
    const prediction = await predict(network, scribbled);
    const pseudoLabel = await pseudoLabelOf(scribbled, prediction);
    const output = await evaluate({
      campaign, settings, method: 'preliminary', network, test: full,
      pseudo: { iteration: 1, cases: [{ case: scribbled, prediction, pseudoLabel }] },
    }, context());
    expect(output.predictions.map(({ caseId }) => caseId)).toEqual(['phantom-1', 'phantom-2']);
    expect(Object.keys(output.metrics!.perClassDice)).toEqual(['1', '2', '3']);
    expect(output.metrics!.cases.length).toBe(2);
    expect(output.metrics!.meanDice).toBeGreaterThan(0);
    const scores = caseResultsSchema.parse(JSON.parse((await place.store.get(output.scores!)).toString()));
    expect(scores.map(({ caseId, foreground }) => [caseId, foreground.dice])).toEqual(
      output.metrics!.cases.map(({ caseId, dice }) => [caseId, expect.closeTo((dice[1]! + dice[2]! + dice[3]!) / 3, 12)]),
    );
    // The pseudo label is the prediction itself here.
    expect(output.pseudoLabels!.after).toBe(output.pseudoLabels!.before);
    expect(output.pseudoLabels!.meanConfidenceRight).toBeCloseTo(0.625, 1);
  });

  test('without test cases there are no metrics', async () => {
    const output = await evaluate({ campaign, settings, method: 'x', network, test: [], pseudo: null }, context());
    expect(output).toEqual({ metrics: null, pseudoLabels: null, predictions: [] });
  });
});

describe('exportModel', () => {
  test('the ONNX file predicts as the network does', async () => {
    const { model } = await exportModel({ campaign, settings, network }, context());
    const bytes = await place.store.get(model);
    const onnx = onnxPredictor({ model: bytes, file: 'model.onnx', threads: 1 });
    const { plan } = await checkpointOf(network);
    expect(readOnnxMetadata(bytes, { file: 'model.onnx' }).plan).toEqual(plan);
    const prediction = await predict(network, scribbled);
    const image = decodeNpy(await place.store.get(prediction.preprocessed.image), { file: 'i' });
    const stored = decodeNpy(await place.store.get(prediction.probability), { file: 'p' });
    const probability = await slidingWindow({
      predictor: onnx, image: image.data as Float32Array, shape: image.shape.slice(1) as [number, number, number],
      channels: 1, classes: 4, patch: plan.patch,
    });
    // float16 rounds numbers up to 1 by at most 2^-12.
    probability.forEach((p, i) => expect(Math.abs(p - (stored.data[i] as number))).toBeLessThan(2 ** -11));
    await onnx.close();
  });

  test('probabilities are calibrated on the validation cases', async () => {
    const { model } = await exportModel({ campaign, settings, network, validation: [full[0]!] }, context());
    const { calibration } = readOnnxMetadata(await place.store.get(model), { file: 'model.onnx' });
    expect(calibration).toMatchObject({ cases: 1 });
    // A network of a few steps is far from sure or right: the fit always finds something to mend.
    expect(calibration!.after.nll).toBeLessThan(calibration!.before.nll);
    expect(calibration!.temperature).not.toBe(1);
    const checkpoint = await place.store.get(network.checkpoint);
    const carried = decodeCheckpoint(calibratedCheckpoint(checkpoint, await place.store.get(model)), { file: 'c' });
    expect(carried).toEqual({ ...decodeCheckpoint(checkpoint, { file: 'c' }), calibration });
  });
});
