import type { Progress } from '@geoscribe/campaign';
import { toTensorShape } from '@geoscribe/core-io';
import { sha256Hex } from '@geoscribe/core-io/node';
import { makePhantom, phantomLabels } from '@geoscribe/core-io/testing';
import { Network } from '@geoscribe/torch-native';
import { beforeAll, describe, expect, test } from 'vitest';
import { networkSpec } from '../../src/plan/network-spec.js';
import { classLocations } from '../../src/training/case-locations.js';
import { decodeCheckpoint } from '../../src/training/checkpoint.js';
import { train, type CaseToTrain, type TrainOptions } from '../../src/training/train.js';
import type { CurveEntry, TrainingRecord } from '../../src/training/training-record.js';
import { examplePlan } from '../fixtures/example-plan.js';

type Dims = [number, number, number];

function phantomCase(seed: number, dims: Dims): CaseToTrain & { id: string } {
  const { image, label } = makePhantom({ seed, dims });
  const shape = toTensorShape(dims);
  const mean = image.data.reduce((a, b) => a + b, 0) / image.data.length;
  const std = Math.sqrt(image.data.reduce((a, b) => a + (b - mean) ** 2, 0) / image.data.length);
  return {
    id: `phantom-${seed}`,
    arrays: { image: image.data.map((v) => (v - mean) / std), channels: 1, shape, label: label.data },
    sampling: { kind: 'full', shape, locations: classLocations({ label: label.data, classes: 4, seed: 0 }) },
  };
}

const plan = examplePlan({
  patch: [20, 28, 24],
  labels: phantomLabels,
  stages: [{ features: 8 }, { features: 16 }],
});
const tinyPlan = examplePlan({ patch: [12, 16, 16], labels: phantomLabels, stages: [{ features: 4 }, { features: 8 }] });

const record = (changes: Partial<TrainingRecord>): TrainingRecord => ({
  kind: 'preliminary', seed: 1, device: 'cpu', precision: 'float32', threads: 1, epochs: 4, stepsPerEpoch: 3,
  learningRate: 0.05, firstStep: 0, totalSteps: 12, history: [], ...changes,
});

async function initialState(of: typeof plan, seed = 1) {
  const network = await Network.create({ spec: networkSpec(of), seed });
  const tensors = await network.tensors();
  network.dispose();
  return tensors.map((tensor) => ({ ...tensor, name: `model.${tensor.name}` }));
}

interface Run {
  hashes: string[];
  bytes: Uint8Array[];
  curve: CurveEntry[];
  progress: Progress[];
  bests: boolean[];
  result: ReturnType<typeof train>;
}

function start(options: Partial<TrainOptions> & Pick<TrainOptions, 'plan' | 'start' | 'cases'>): Run {
  const run: Omit<Run, 'result'> = { hashes: [], bytes: [], curve: [], progress: [], bests: [] };
  const result = train({
    validation: [],
    validateEvery: 1,
    signal: new AbortController().signal,
    ...options,
    onProgress: (progress) => {
      run.progress.push(progress);
      options.onProgress?.(progress);
    },
    onCheckpoint: async ({ bytes, entry, isBest }) => {
      run.hashes.push(sha256Hex(bytes));
      run.bytes.push(bytes);
      run.curve.push(entry);
      run.bests.push(isBest);
    },
  });
  return { ...run, result };
}

describe('learning', () => {
  test('a small network learns the phantom: whole-volume Dice above 0.8 on cases it never saw', { timeout: 300_000 }, async () => {
    const cases = [1, 2, 3, 4].map((seed) => phantomCase(seed, [24, 28, 20]));
    const unseen = [11, 12].map((seed) => phantomCase(seed, [24, 28, 20]));
    const run = start({
      plan,
      start: { training: record({ epochs: 8, stepsPerEpoch: 20, totalSteps: 160 }), state: await initialState(plan) },
      cases,
      validation: unseen.map(({ id, arrays: { image, shape, label } }) => ({ id, image, shape, label })),
      validateEvery: 4,
    });
    const { training } = await run.result;
    const [first, last] = [run.curve[0]!, run.curve.at(-1)!];
    expect(last.loss).toBeLessThan(first.loss);
    expect(last.validationDice).toBeGreaterThan(0.8);
    expect(run.curve.filter(({ validationDice }) => validationDice !== undefined).map(({ epoch }) => epoch)).toEqual([4, 8]);
    const half = run.curve[3]!.validationDice!;
    expect(training.validationMean).toBeCloseTo(0.9 * half + 0.1 * last.validationDice!, 12);
    expect(run.bests[3]).toBe(true);
    expect(run.curve.every(({ secondsPerStep }) => secondsPerStep! > 0)).toBe(true);
    expect(run.curve.every(({ waitingShare }) => waitingShare! > 0 && waitingShare! < 1)).toBe(true);
    expect(run.progress.filter(({ step }) => step === 'train').every(({ waitingShare }) => waitingShare! < 1)).toBe(true);
  });
});

describe('resuming', () => {
  const emaRecord = record({ emaDecay: 0.9 });
  let cases: CaseToTrain[];
  let state: Awaited<ReturnType<typeof initialState>>;
  let whole: Run;

  beforeAll(async () => {
    cases = [1, 2].map((seed) => phantomCase(seed, [20, 20, 16]));
    state = await initialState(tinyPlan);
    whole = start({ plan: tinyPlan, start: { training: emaRecord, state }, cases });
    await whole.result;
  });

  test.each([1, 3])('from the checkpoint of epoch %i ends in the same bytes', async (epoch) => {
    const checkpoint = decodeCheckpoint(whole.bytes[epoch - 1]!, { file: 'checkpoint' });
    const resumed = start({ plan: tinyPlan, start: checkpoint, cases });
    await resumed.result;
    expect(resumed.hashes).toEqual(whole.hashes.slice(epoch));
    expect(resumed.progress.every((progress) => progress.resumedFromEpoch === epoch)).toBe(true);
  });

  test('in parts of a batch a training has the same losses up to rounding', async () => {
    const parts = start({ plan: tinyPlan, start: { training: { ...emaRecord, epochs: 1 }, state }, cases, accumulate: 2, deterministic: true });
    await parts.result;
    // Three steps: float32 sums in another order, through the weights that they changed.
    expect(parts.curve[0]!.loss).toBeCloseTo(whole.curve[0]!.loss, 4);
  });

  test('a plan whose labels name sides says so in every report', async () => {
    const sided = { ...tinyPlan, budget: 'gpu-8gb' as const, dataset: { ...tinyPlan.dataset, labels: ['background', 'left', 'right', 'other'] } };
    const run = start({ plan: sided, start: { training: { ...emaRecord, epochs: 1 }, state }, cases });
    await run.result;
    expect(run.progress.every(({ note }) => note?.startsWith('Labels name sides of the body (left, right)'))).toBe(true);
    expect(whole.progress.some(({ note }) => note !== undefined)).toBe(false);
  });

  test('another seed ends elsewhere', async () => {
    const other = start({ plan: tinyPlan, start: { training: { ...emaRecord, seed: 2 }, state }, cases });
    await other.result;
    expect(other.curve.map(({ loss }) => loss)).not.toEqual(whole.curve.map(({ loss }) => loss));
  });

  test('a finished training trains nothing', async () => {
    const again = start({ plan: tinyPlan, start: decodeCheckpoint(whole.bytes[3]!, { file: 'checkpoint' }), cases });
    expect((await again.result).training.history.length).toBe(4);
    expect(again.hashes).toEqual([]);
  });

  test('after a cancellation in the middle of an epoch the last checkpoint goes on as if nothing had happened', async () => {
    const control = new AbortController();
    const reason = new Error('stop');
    const stopped = start({
      plan: tinyPlan,
      start: { training: emaRecord, state },
      cases,
      signal: control.signal,
      onProgress: ({ epoch, done }) => {
        if (epoch === 3 && done === 1) control.abort(reason);
      },
    });
    await expect(stopped.result).rejects.toBe(reason);
    // The step that runs while the signal comes is finished, so epoch 3 may be, too.
    expect([2, 3]).toContain(stopped.hashes.length);
    expect(stopped.hashes).toEqual(whole.hashes.slice(0, stopped.hashes.length));
    const resumed = start({ plan: tinyPlan, start: decodeCheckpoint(stopped.bytes.at(-1)!, { file: 'checkpoint' }), cases });
    await resumed.result;
    expect(resumed.hashes.at(-1)).toBe(whole.hashes.at(-1));
  });

  test('a loss that is not finite ends the training and leaves the last good checkpoint', async () => {
    const broken: CaseToTrain[] = cases.map(({ arrays, sampling }) => ({
      arrays: { ...arrays, image: arrays.image.map((v, i) => (i % 7 === 0 ? NaN : v)) },
      sampling,
    }));
    const checkpoint = decodeCheckpoint(whole.bytes[1]!, { file: 'checkpoint' });
    const run = start({ plan: tinyPlan, start: checkpoint, cases: broken });
    await expect(run.result).rejects.toMatchObject({ code: 'NonFiniteLossError' });
    expect(run.hashes).toEqual([]);
  });
});
