import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '@geoscribe/campaign';
import { FolderStore, listDataset, readLabelMap, writeVolume } from '@geoscribe/core-io/node';
import { makePhantom, phantomLabels, writePhantomDataset } from '@geoscribe/core-io/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineContext } from '../../src/engine/engine-context.js';
import { folderPointers } from '../../src/engine/pointers.js';
import { trainFold, type TrainedFold, type TrainFoldInput } from '../../src/engine/train-fold.js';
import { decodeCheckpoint, type Checkpoint } from '../../src/training/checkpoint.js';
import { examplePlan } from '../fixtures/example-plan.js';

const grid = { dims: [18, 20, 16] as [number, number, number], spacing: [2, 2, 2] as [number, number, number] };
const plan = { ...examplePlan({ patch: [12, 16, 16], labels: phantomLabels, stages: [{ features: 4 }, { features: 8 }] }) };
let root: string;
let dataset: TrainFoldInput['dataset'];
/** A training that nothing interrupted. */
let whole: TrainedFold;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'geoscribe-fold-'));
  dataset = await phantoms('data');
  whole = await trainFold(input('whole'), contextOf('whole'));
});
afterAll(() => rm(root, { recursive: true }));

async function phantoms(name: string): Promise<TrainFoldInput['dataset']> {
  const dir = join(root, name);
  await writePhantomDataset(dir, { cases: 3, seed: 0, ...grid });
  return { dir, listing: await listDataset(dir, 'auto') };
}

const input = (run: string, changes: Partial<TrainFoldInput> = {}, settings: object = {}): TrainFoldInput => ({
  folder: join(root, run, 'fold_0'),
  dataset,
  plan,
  training: ['phantom_000', 'phantom_001'],
  curves: { formats: ['tensorboard'], mlflow: null },
  validation: ['phantom_002'],
  settings: {
    seed: 1, device: 'cpu', precision: 'float32', threads: 1, epochs: 4, stepsPerEpoch: 3, validateEvery: 2, folds: 5, accumulate: 1, deterministic: false, trustImageGeometry: false, ...settings,
  },
  ...changes,
});

function contextOf(run: string, parts: { signal?: AbortSignal; progress?: (progress: Progress) => void } = {}) {
  const store = join(root, run, 'store');
  return engineContext({ store: new FolderStore(store), pointers: folderPointers(store), ...parts });
}

const checkpoint = async (run: string, which: string): Promise<Checkpoint> => {
  const file = join(root, run, 'fold_0', `${which}.safetensors`);
  return decodeCheckpoint(await readFile(file), { file });
};
const sha256 = async (run: string, which: string): Promise<string> =>
  createHash('sha256').update(await readFile(join(root, run, 'fold_0', `${which}.safetensors`))).digest('hex');

/** Runs until the first step of an epoch and stops there, as ctrl-C would. */
async function interrupted(run: string, epoch: number, changes: Partial<TrainFoldInput> = {}): Promise<void> {
  const control = new AbortController();
  const stopped = trainFold(input(run, changes), contextOf(run, {
    signal: control.signal,
    progress: (progress) => {
      if (progress.step === 'train' && progress.epoch === epoch && progress.done === 1) control.abort(new Error('ctrl-C'));
    },
  }));
  await expect(stopped).rejects.toThrow('ctrl-C');
}

describe('a fold', () => {
  test('leaves checkpoints, predictions on the own grid and their scores', async () => {
    expect(whole).toMatchObject({ epochs: 4, checkpoint: await sha256('whole', 'latest'), validation: { cases: 1 } });
    expect(await sha256('whole', 'latest')).toBe(whole.checkpoint);
    const folder = join(root, 'whole', 'fold_0');
    const names = (await readdir(folder)).sort();
    expect(names.filter((name) => !name.startsWith('events'))).toEqual([
      'best.safetensors', 'cases.json', 'final.safetensors', 'latest.safetensors', 'progress.svg', 'result.json', 'state.json', 'training.csv', 'training.jsonl', 'validation',
    ]);
    expect(names.filter((name) => name.startsWith('events'))).toHaveLength(1);
    const lines = (await readFile(join(folder, 'training.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines.map((line) => Object.keys(line).includes('secondsPerStep'))).toEqual([true, true, true, true]);
    expect((await readdir(join(folder, 'validation'))).sort()).toEqual(['cases.csv', 'evaluation.json', 'phantom_002.nii.gz', 'summary.json']);
    const predicted = await readLabelMap(join(folder, 'validation', 'phantom_002.nii.gz'));
    expect(predicted.geometry.dims).toEqual(grid.dims);
    const summary = JSON.parse(await readFile(join(folder, 'validation', 'summary.json'), 'utf8')) as { foreground_mean: { Dice: number } };
    expect(whole.validation!.dice).toBeCloseTo(summary.foreground_mean.Dice, 12);
    const { training, calibration } = await checkpoint('whole', 'final');
    // Fitted on the validation cases, so never worse on them.
    expect(calibration!.after.nll).toBeLessThan(calibration!.before.nll);
    expect(whole.validation!.calibration).toEqual(calibration);
    expect(training.history.map(({ validationDiceByClass }) => validationDiceByClass?.length)).toEqual([undefined, 3, undefined, 3]);
    expect(training.history[3]!.validationMean).toBe(training.validationMean);
    // The images were not copied.
    for await (const { sha256: hash } of new FolderStore(join(root, 'whole', 'store')).list()) {
      for (const { images } of dataset.listing.cases) {
        expect(hash).not.toBe(createHash('sha256').update(await readFile(join(dataset.dir, images[0]!))).digest('hex'));
      }
    }
  });

  test('finished, it is answered from its folder', async () => {
    const steps = new Set<string>();
    const again = await trainFold(input('whole'), contextOf('whole', { progress: ({ step }) => steps.add(step) }));
    expect(again.checkpoint).toBe(await sha256('whole', 'latest'));
    expect(steps).toEqual(new Set(['read', 'resume']));
  });

  test('interrupted and resumed, it ends in the same bytes, with cleared caches too', async () => {
    await interrupted('stopped', 3);
    const { training } = await checkpoint('stopped', 'latest');
    // The step that runs while the signal comes is finished, so epoch 3 may be, too.
    expect([2, 3]).toContain(training.history.length);
    await rm(join(root, 'stopped', 'store'), { recursive: true });
    const resumed = await trainFold(input('stopped'), contextOf('stopped'));
    expect(resumed.checkpoint).toBe(await sha256('whole', 'latest'));
    expect(await sha256('stopped', 'best')).toBe(await sha256('whole', 'best'));
  });

  test('made longer, it goes on from its end, and an interruption does not make it longer once more', async () => {
    await trainFold(input('longer'), contextOf('longer'));
    await interrupted('longer', 5, { lengthenBy: 2 });
    await trainFold(input('longer'), contextOf('longer'));
    const { training } = await checkpoint('longer', 'final');
    expect([training.epochs, training.history.length, training.totalSteps]).toEqual([6, 6, 18]);
    const before = await checkpoint('whole', 'final');
    expect(training.history.slice(0, 4)).toEqual(before.training.history);
    expect(training.history[4]!.learningRate).toBeGreaterThan(training.history[3]!.learningRate);

    await trainFold(input('longer at once'), contextOf('longer at once'));
    await trainFold(input('longer at once', { lengthenBy: 2 }), contextOf('longer at once'));
    expect(await sha256('longer at once', 'final')).toBe(await sha256('longer', 'final'));
  });

  test('a loss that is not finite names the checkpoint that is kept and what to change', async () => {
    const steep = { ...plan, training: { ...plan.training, learningRate: 1e38, warmUpSteps: 0 } };
    const failed = trainFold(input('steep', { plan: steep }, { stepsPerEpoch: 1 }), contextOf('steep'));
    const latest = join(root, 'steep', 'fold_0', 'latest.safetensors');
    await expect(failed).rejects.toMatchObject({
      code: 'NonFiniteLossError',
      message: expect.stringMatching(/The last finished epoch is kept \(.*latest\.safetensors\)\. Set a lower learning rate .*precision: float32/s),
    });
    expect(decodeCheckpoint(await readFile(latest), { file: latest }).training.history.length).toBeGreaterThanOrEqual(1);
    expect(await readdir(join(root, 'steep', 'fold_0'))).not.toContain('final.safetensors');
  });

  test('without validation cases nothing is predicted', async () => {
    const result = await trainFold(input('all', { training: ['phantom_000', 'phantom_001', 'phantom_002'], validation: [] }, { epochs: 1 }), contextOf('all'));
    expect(result.validation).toBeNull();
    const names = await readdir(join(root, 'all', 'fold_0'));
    expect(names.filter((name) => name === 'validation' || name === 'best.safetensors')).toEqual([]);
  });
});

describe('a fold refuses', () => {
  test('to go on with another plan or with changed labels, and leaves what it has', async () => {
    const own = await phantoms('changing');
    await interrupted('changing', 2, { dataset: own });
    const before = await sha256('changing', 'latest');
    const other = { ...plan, baseFeatures: 5 };
    await expect(trainFold(input('changing', { dataset: own, plan: other }), contextOf('changing'))).rejects.toMatchObject({
      code: 'InvalidCheckpointError',
      detail: { field: 'plan.baseFeatures', expected: '5', received: '4' },
    });
    const label = await readLabelMap(join(own.dir, 'labelsTr', 'phantom_001.nii.gz'));
    label.data[0] = 1;
    await writeVolume(join(own.dir, 'labelsTr', 'phantom_001.nii.gz'), label);
    await expect(trainFold(input('changing', { dataset: own }), contextOf('changing'))).rejects.toMatchObject({
      code: 'InvalidDatasetError',
      detail: { field: 'training', expected: 'the label of phantom_001 as it was' },
    });
    expect(await sha256('changing', 'latest')).toBe(before);
  });

  test.each([
    ['a label beyond the table', 'InvalidLabelError', /labelsTr\/phantom_001.*\b3\b.*received.*9/s],
    ['a label elsewhere than its image', 'GeometryMismatchError', /labelsTr\/phantom_001/],
  ] as const)('%s, naming the file, before any training', async (kind, code, message) => {
    const own = await phantoms(code);
    const { label } = makePhantom({ seed: 1, ...grid });
    if (code === 'InvalidLabelError') label.data[5] = 9;
    const { affine } = label.geometry;
    const geometry = code === 'InvalidLabelError' ? label.geometry : { ...label.geometry, affine: affine.map((v, i) => (i === 3 ? v + 5 : v)) as typeof affine };
    await writeVolume(join(own.dir, 'labelsTr', 'phantom_001.nii.gz'), { ...label, geometry });
    const failed = trainFold(input(code, { dataset: own }), contextOf(code));
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await readdir(join(root, code, 'fold_0')), kind).toEqual([]);
  });

  test('labels without any foreground, and leaves no checkpoint', async () => {
    const own = await phantoms('empty');
    for (const id of ['phantom_000', 'phantom_001']) {
      const file = join(own.dir, 'labelsTr', `${id}.nii.gz`);
      const label = await readLabelMap(file);
      await writeVolume(file, { ...label, data: label.data.map(() => 0) });
    }
    await expect(trainFold(input('empty run', { dataset: own }), contextOf('empty run'))).rejects.toMatchObject({
      code: 'InvalidLabelError',
      detail: { field: 'label', received: 'background only in 2 cases' },
    });
    expect(await readdir(join(root, 'empty run', 'fold_0'))).toEqual(['cases.json']);
  });

  test('to go on where its checkpoint is gone', async () => {
    await interrupted('lost', 2);
    await rm(join(root, 'lost', 'store'), { recursive: true });
    await writeFile(join(root, 'lost', 'fold_0', 'latest.safetensors'), 'something else');
    await expect(trainFold(input('lost'), contextOf('lost'))).rejects.toMatchObject({
      code: 'CorruptArtifactError',
      detail: { file: join(root, 'lost', 'fold_0', 'latest.safetensors') },
    });
  });
});
