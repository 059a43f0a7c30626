import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePhantom } from '@geoscribe/core-io/testing';
import { writeVolume } from '@geoscribe/core-io/node';
import { encodeCheckpoint, networkSpec, planExperiment } from '@geoscribe/model';
import { Network } from '@geoscribe/torch-native';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './support/run-command.js';

let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geoscribe-cli-predict-'));
  mkdirSync(file('images'));
  mkdirSync(file('home/campaigns/finished'), { recursive: true });
  const { image } = makePhantom({ seed: 1 });
  await writeVolume(file('images/good.nii.gz'), image);
  writeFileSync(file('images/bad.nii.gz'), 'no volume');
  const intensities = { mean: 100, median: 99, std: 30, min: -5, max: 400, percentile00_5: 3, percentile99_5: 210 };
  const { dims, spacing } = image.geometry;
  const plan = planExperiment({
    fingerprint: {
      spacings: [[spacing[2], spacing[1], spacing[0]]],
      shapesAfterCrop: [[dims[2], dims[1], dims[0]]],
      medianRelativeSizeAfterCrop: 1,
      foregroundIntensities: [intensities],
    },
    dataset: { name: 'phantoms', labels: ['background', 'organ'], channels: ['MRI'] },
    budget: 'cpu-small',
  });
  const network = await Network.create({ spec: networkSpec(plan), seed: 1 });
  const state = (await network.tensors()).map((tensor) => ({ ...tensor, name: `model.${tensor.name}` }));
  network.dispose();
  const training = {
    kind: 'preliminary' as const, seed: 1, device: 'cpu' as const, precision: 'float32' as const, threads: 1, epochs: 1,
    stepsPerEpoch: 1, learningRate: 0.01, firstStep: 0, totalSteps: 1, history: [],
  };
  writeFileSync(file('home/campaigns/finished/network.safetensors'), encodeCheckpoint({ plan, training, state }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...parameters: string[]) =>
  runCommand({ directory: folder, environment: { GEOSCRIBE_HOME: file('home') } }, ...parameters);

test('a campaign is exported by its name, and its model predicts what can be read; what cannot is named, exit code 3', async () => {
  const exported = await run('export', 'onnx', 'finished', file('network.onnx'));
  expect([exported.code, exported.err]).toEqual([0, '']);
  expect(exported.out).toMatch(/network\.onnx\nonnxruntime and LibTorch differ by /);

  const { code, out, err } = await run('predict', '--model', file('network.onnx'), file('images'), file('labels'));
  expect(out).toBe(`${file('labels/good.nii.gz')}\n`);
  expect(err).toMatch(/^case bad: geoscribe: error \[InvalidVolumeError\] .*bad\.nii\.gz/m);
  expect(code).toBe(3);

  const again = await run('predict', '--model', file('network.onnx'), file('images'), file('labels'), '--continue', '--json');
  expect(again.code).toBe(3);
  expect(JSON.parse(again.out)).toMatchObject({ written: [], kept: ['good'], failed: [{ caseId: 'bad', code: 'InvalidVolumeError' }] });
});

test('a file goes to a file, probabilities beside it', async () => {
  const network = file('home/campaigns/finished/network.safetensors');
  const { code, out } = await run('predict', '--model', network, '--precision', 'float32', '--probabilities', file('images/good.nii.gz'), file('one.nii.gz'));
  expect([code, out]).toEqual([0, `${file('one.nii.gz')}\n${file('one_probabilities.nii.gz')}\n`]);
});

test('a case whose voxels are far from those of the training is predicted with a warning', async () => {
  const { image } = makePhantom({ seed: 2 });
  const spacing = image.geometry.spacing.map((mm) => mm / 4) as [number, number, number];
  const affine = image.geometry.affine.map((value, k) => (k % 4 < 3 && k < 12 ? value / 4 : value));
  mkdirSync(file('fine'));
  await writeVolume(file('fine/fine.nii.gz'), { ...image, geometry: { ...image.geometry, spacing, affine } });
  await writeVolume(file('fine/usual.nii.gz'), image);
  const network = file('home/campaigns/finished/network.safetensors');
  const { code, out, err } = await run('predict', '--model', network, '--precision', 'float32', '--json', file('fine'), file('fine-labels'));
  const { written, warnings } = JSON.parse(out) as { written: string[]; warnings: unknown[] };
  expect([code, written.length]).toEqual([0, 2]);
  expect(warnings).toEqual([{ caseId: 'fine', message: expect.stringMatching(/voxels of another size/) }]);
  expect(err.match(/^case .*/gm)).toEqual([expect.stringMatching(/^case fine: .*voxels of another size.*spacing/)]);
});

test('a missing option and a wrong number are usage, a model that is none is invalid data, and nothing is written', async () => {
  expect(await run('predict', file('images'), file('none'))).toMatchObject({ code: 2, out: '' });
  expect(await run('predict', file('images'), file('none'), '--model', 'x.onnx', '--threads', '0')).toMatchObject({ code: 2, out: '' });
  expect(await run('predict', file('images'), file('none'), '--model', file('images/bad.nii.gz'))).toMatchObject({ code: 2, out: '' });
  expect(await run('predict', file('images'), file('none'), '--model', file('nowhere.onnx'))).toMatchObject({ code: 3, out: '' });
  expect(await run('export', 'onnx', 'unfinished', file('none.onnx'))).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/no network to export.*geoscribe report unfinished/s) });
  expect(existsSync(file('none'))).toBe(false);
});
