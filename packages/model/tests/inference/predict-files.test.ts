import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLabelMap, readVolume, writeVolume } from '@geoscribe/core-io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predictFiles, type PredictedFiles, type PredictFilesOptions } from '../../src/inference/predict-files.js';
import { exportOnnxFile } from '../../src/onnx/export-onnx-file.js';
import type { Plan } from '../../src/plan/plan.js';
import { examplePlan } from '../fixtures/example-plan.js';
import { writeCheckpoint } from '../helpers/checkpoints.js';
import { boxGeometry, randomFloats, volumeOf } from '../helpers/volumes.js';

const plan = examplePlan({ patch: [8, 8, 8], labels: ['background', 'a', 'b'], stages: [{ features: 4 }, { features: 6 }] });
const geometry = boxGeometry([14, 12, 9], [1.2, 1.5, 2], [-3, 4, 10]);
let folder: string;
const file = (name: string): string => join(folder, name);

/** Values from 1 up inside, 0 at the border: the crop is smaller than the image. */
async function writeImage(name: string, seed: number): Promise<void> {
  const data = randomFloats(14 * 12 * 9, seed, 1, 100);
  data.forEach((_, v) => {
    if (v % 14 < 2) data[v] = 0;
  });
  await writeVolume(file(name), volumeOf(geometry, data));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geoscribe-predict-'));
  mkdirSync(file('images'));
  for (const k of [1, 2, 3]) await writeImage(`images/case_${k}_0000.nii.gz`, k);
  for (const seed of [0, 1]) {
    mkdirSync(file(`run/fold_${seed}`), { recursive: true });
    await writeCheckpoint(file(`run/fold_${seed}/final.safetensors`), { plan, seed });
  }
  mkdirSync(file('run/fold_2'));
  writeFileSync(file('run/fold_2/latest.safetensors'), 'not finished');
});
afterAll(() => rmSync(folder, { recursive: true }));

function predict(options: Partial<PredictFilesOptions> & Pick<PredictFilesOptions, 'models' | 'output'>): Promise<PredictedFiles> {
  return predictFiles({
    input: file('images'),
    probabilities: false,
    keepExisting: false,
    threads: 1,
    device: 'cpu',
    precision: 'float32',
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onWarning: () => undefined,
    ...options,
  });
}

async function probabilitiesOf(path: string): Promise<Float32Array[]> {
  return (await readVolume(path)).map(({ data }) => data as Float32Array);
}

const fold = (k: number): string => file(`run/fold_${k}/final.safetensors`);

describe('probabilities', () => {
  test('lie on the grid of the image, sum to 1 and have the label map as their greatest', async () => {
    const { written, failed, models } = await predict({ models: [fold(0)], output: file('one'), probabilities: true });
    expect(failed).toEqual([]);
    expect(models).toEqual([{ file: fold(0), runtime: 'libtorch', precision: 'float32', temperature: 1 }]);
    expect(written.length).toBe(6);
    expect(readdirSync(file('one')).sort()).toEqual(['case_1.nii.gz', 'case_2.nii.gz', 'case_3.nii.gz', 'probabilities']);
    const classes = await readVolume(file('one/probabilities/case_2.nii.gz'));
    const label = await readLabelMap(file('one/case_2.nii.gz'));
    expect(classes.length).toBe(3);
    expect(classes[0]!.geometry).toEqual(label.geometry);
    const differs = label.data.filter((value, v) => {
      const p = classes.map(({ data }) => data[v]!);
      // Half a step of uint16 for each class.
      expect(p[0]! + p[1]! + p[2]!).toBeCloseTo(1, 4);
      if (v % 14 < 2) expect(p).toEqual([1, 0, 0]);
      return p[value]! < Math.max(...p) - 1e-5;
    });
    expect(differs.length).toBe(0);
    expect(new Set(label.data).size).toBe(3);
  });

  test('without them the label map is the same', async () => {
    await predict({ models: [fold(0)], output: file('plain') });
    for (const k of [1, 2, 3]) {
      expect(readFileSync(file(`plain/case_${k}.nii.gz`)).equals(readFileSync(file(`one/case_${k}.nii.gz`)))).toBe(true);
    }
  });
});

describe('ensembles', () => {
  test('of one plan are the mean on the plan’s grid, of a run those of its finished folds', async () => {
    await predict({ models: [fold(1)], output: file('other'), probabilities: true });
    const { models } = await predict({ models: [file('run')], output: file('both'), probabilities: true });
    expect(models.map((model) => model.file)).toEqual([fold(0), fold(1)]);
    const [a, b, mean] = await Promise.all(['one', 'other', 'both'].map((name) => probabilitiesOf(file(`${name}/probabilities/case_1.nii.gz`))));
    // Resampling is linear: the mean of both on the image's grid, within three roundings to uint16.
    mean!.forEach((values, c) => values.forEach((p, v) => expect(Math.abs(p - (a![c]![v]! + b![c]![v]!) / 2)).toBeLessThan(3e-5)));
    expect(a).not.toEqual(b);
  });

  test('are computed in the form that is measured once for networks that are alike, and told', async () => {
    const labels: string[] = [];
    const { models } = await predict({ models: [file('run')], input: file('images/case_1_0000.nii.gz'), output: file('auto.nii.gz'), precision: 'auto', onProgress: (label) => labels.push(label) });
    const told = labels.filter((label) => label.startsWith('precision'));
    expect(told).toEqual([expect.stringMatching(new RegExp(`^precision: ${models[0]!.precision} .* s a patch; .*\\)$`))]);
    expect(models[1]!.precision).toBe(models[0]!.precision);
  });

  test('of plans with other grids are the mean on the image’s grid', async () => {
    const coarse: Plan = { ...plan, targetSpacing: [2.5, 2, 2] };
    await writeCheckpoint(file('coarse.safetensors'), { plan: coarse, seed: 3 });
    const alone = await predict({ models: [file('coarse.safetensors')], output: file('coarse'), probabilities: true });
    expect(alone.failed).toEqual([]);
    await predict({ models: [file('coarse.safetensors'), file('run')], output: file('mixed'), probabilities: true });
    const [a, b, mean] = await Promise.all(['both', 'coarse', 'mixed'].map((name) => probabilitiesOf(file(`${name}/probabilities/case_1.nii.gz`))));
    mean!.forEach((values, c) => values.forEach((p, v) => expect(Math.abs(p - (2 * a![c]![v]! + b![c]![v]!) / 3)).toBeLessThan(3e-5)));
    // Without probabilities the argmax of the same means.
    await predict({ models: [file('coarse.safetensors'), file('run')], output: file('mixed-plain') });
    expect(readFileSync(file('mixed-plain/case_1.nii.gz')).equals(readFileSync(file('mixed/case_1.nii.gz')))).toBe(true);
  });

  test('of other labels are refused', async () => {
    const renamed: Plan = { ...plan, dataset: { ...plan.dataset, labels: ['background', 'b', 'a'] } };
    await writeCheckpoint(file('renamed.safetensors'), { plan: renamed, seed: 3 });
    const refused = predict({ models: [fold(0), file('renamed.safetensors')], output: file('none') });
    await expect(refused).rejects.toMatchObject({ code: 'InvalidModelError', detail: { field: 'plan.dataset.labels', received: 'background, b, a' } });
    expect(existsSync(file('none'))).toBe(false);
  });

  test('members are calibrated before they are averaged', async () => {
    const errors = { nll: 1, ece: 0.1 };
    const calibration = { temperature: 3, before: errors, after: errors, cases: 1, voxels: 10 };
    await writeCheckpoint(file('calibrated.safetensors'), { plan, seed: 0, calibration });
    const { models } = await predict({ models: [file('calibrated.safetensors')], output: file('calibrated'), probabilities: true });
    expect(models[0]!.temperature).toBe(3);
    const [plain, calibrated] = await Promise.all(['one', 'calibrated'].map((name) => probabilitiesOf(file(`${name}/probabilities/case_1.nii.gz`))));
    const surest = (all: Float32Array[]): number => all.slice(1).reduce((most, values) => values.reduce((a, b) => Math.max(a, b), most), 0);
    expect(surest(calibrated!)).toBeLessThan(surest(plain!) - 0.1);
    await predict({ models: [file('calibrated.safetensors'), fold(1)], output: file('pair'), probabilities: true });
    const [pair, other] = await Promise.all(['pair', 'other'].map((name) => probabilitiesOf(file(`${name}/probabilities/case_1.nii.gz`))));
    pair!.forEach((values, c) => values.forEach((p, v) => expect(Math.abs(p - (calibrated![c]![v]! + other![c]![v]!) / 2)).toBeLessThan(3e-5)));
  });

  test('an exported fold predicts as the fold', async () => {
    const { difference, checkpoint } = await exportOnnxFile({ source: file('run/fold_0'), output: file('models/fold.onnx') });
    expect(difference).toBeLessThan(1e-4);
    expect(checkpoint).toBe(fold(0));
    const { models } = await predict({ models: [file('models/fold.onnx')], output: file('onnx'), probabilities: true });
    expect(models[0]).toMatchObject({ runtime: 'onnxruntime', precision: 'float32' });
    const [a, b] = await Promise.all(['one', 'onnx'].map((name) => probabilitiesOf(file(`${name}/probabilities/case_3.nii.gz`))));
    // Logits differ by 1e-4 at most, probabilities by a quarter of it; two roundings to uint16.
    a!.forEach((values, c) => values.forEach((p, v) => expect(Math.abs(p - b![c]![v]!)).toBeLessThan(6e-5)));
    await expect(exportOnnxFile({ source: file('run'), output: file('models/run.onnx') })).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    await expect(exportOnnxFile({ source: file('run/fold_0'), output: file('models/fold.pt') })).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { received: 'fold.pt' } });
    expect(readdirSync(file('models'))).toEqual(['fold.onnx']);
  });
});

describe('many cases', () => {
  test('one that fails does not lose the others, and leaves nothing behind', async () => {
    mkdirSync(file('mixed-images'));
    await writeImage('mixed-images/a.nii.gz', 1);
    await writeVolume(file('mixed-images/b.nii.gz'), volumeOf(geometry, new Float32Array(14 * 12 * 9).fill(7)));
    writeFileSync(file('mixed-images/c.nii.gz'), 'no volume');
    await writeImage('mixed-images/d.nii.gz', 2);
    const { written, failed } = await predict({ models: [fold(0)], input: file('mixed-images'), output: file('some'), probabilities: true });
    expect(failed.map(({ caseId, error }) => [caseId, error.name])).toEqual([['b', 'InvalidVolumeError'], ['c', 'InvalidVolumeError']]);
    expect(failed[0]!.error.message).toContain('Case b has a constant image');
    expect(written).toContain(file('some/d.nii.gz'));
    expect(readdirSync(file('some')).sort()).toEqual(['a.nii.gz', 'd.nii.gz', 'probabilities']);
    expect(readdirSync(file('some/probabilities')).sort()).toEqual(['a.nii.gz', 'd.nii.gz']);
  });

  test('an output that cannot be written ends it before the first case, or at the first that is not written', async () => {
    const options = { models: [fold(0)], input: file('images') };
    const labels: string[] = [];
    const onProgress = (label: string): void => void labels.push(label);
    writeFileSync(file('a-file'), '');
    for (const output of ['a-file', 'a-file/labels']) {
      await expect(predict({ ...options, output: file(output), onProgress })).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { file: file(output), received: 'a file in place of a folder' } });
    }
    expect(labels).toEqual([]);
    mkdirSync(file('blocked/case_1.nii.gz'), { recursive: true });
    await expect(predict({ ...options, output: file('blocked'), onProgress })).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { file: file('blocked') } });
    expect(labels.filter((label) => label.startsWith('case_3'))).toEqual([]);
  });

  test('what is there is kept when it is asked for, unless a part is missing', async () => {
    const before = statSync(file('some/a.nii.gz')).mtimeMs;
    rmSync(file('some/probabilities/d.nii.gz'));
    const options = { models: [fold(0)], input: file('mixed-images'), output: file('some'), probabilities: true };
    const { written, kept, failed } = await predict({ ...options, keepExisting: true });
    expect(kept).toEqual(['a']);
    expect(written).toEqual([file('some/d.nii.gz'), file('some/probabilities/d.nii.gz')]);
    expect(failed.length).toBe(2);
    expect(statSync(file('some/a.nii.gz')).mtimeMs).toBe(before);
  });

  test('the signal ends the work with its reason and no file half-written', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    const running = predict({
      models: [fold(0)],
      output: file('stopped'),
      signal: control.signal,
      onProgress: (label) => label.startsWith('case_2') && control.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
    expect(readdirSync(file('stopped')).filter((name) => name !== 'case_1.nii.gz')).toEqual([]);
  });

  test('the only case’s error is the answer', async () => {
    const alone = predict({ models: [fold(0)], input: file('mixed-images/b.nii.gz'), output: file('b.nii.gz') });
    await expect(alone).rejects.toMatchObject({ code: 'InvalidVolumeError' });
    await expect(predict({ models: [fold(0)], input: file('mixed-images/a.nii.gz'), output: file('folder') })).rejects.toMatchObject({ code: 'InvalidArgumentError' });
  });

  test.each([
    ['a folder without a network', 'images', /holds no trained network/],
    ['another file', 'images/case_1_0000.nii.gz', /not a model/],
    ['nothing', 'nowhere', /no such file or folder/],
    ['an unfinished fold', 'run/fold_2/latest.safetensors', /Not a safetensors file/],
  ])('a model that is %s is one clear error', async (_name, model, message) => {
    await expect(predict({ models: [file(model)], output: file('none') })).rejects.toThrow(message);
  });
});
