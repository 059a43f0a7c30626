import { describe, expect, it } from 'vitest';
import { Network, Trainer, setThreads } from '../src/index.js';
import type { NamedTensor, TrainerOptions } from '../src/index.js';
import { fullAugmentation, isotropicSpec, phantomCase, stepsAt } from './helpers.js';

setThreads(1);
const spec = isotropicSpec(4, 3);
const center: [number, number, number] = [6, 6, 6];

async function initialTensors(seed = 1): Promise<NamedTensor[]> {
  const network = await Network.create({ spec, seed });
  const tensors = await network.tensors();
  network.dispose();
  return tensors;
}

async function trainer(change: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return Trainer.create({
    spec, initial: await initialTensors(), cases: [phantomCase(12)], patch: [8, 8, 8], augmentation: fullAugmentation,
    momentum: 0.9, weightDecay: 3e-5, emaDecay: 0.9, precision: 'float32', ...change,
  });
}

const lossesOf = (results: { loss: number }[]) => results.map(({ loss }) => loss);

describe('Trainer', () => {
  it('goes on from a restored state as if it had not stopped, bit for bit', async () => {
    const whole = await trainer();
    await whole.run(stepsAt(center, 3));
    const state = await whole.state();
    const expected = await whole.run(stepsAt(center, 3, 0.02, 6));
    const resumed = await trainer({ initial: await initialTensors(2) });
    await resumed.restore(state);
    expect(lossesOf(await resumed.run(stepsAt(center, 3, 0.02, 6)))).toEqual(lossesOf(expected));
    expect(await resumed.state()).toEqual(await whole.state());
    expect(new Set(state.map(({ name }) => name.split('.')[0]))).toEqual(new Set(['model', 'momentum', 'ema']));
    whole.dispose();
    resumed.dispose();
  });

  it('reports every step in order, while it runs', async () => {
    const training = await trainer();
    const seen: number[] = [];
    const results = await training.run(stepsAt(center, 4), { onStep: ({ loss }, index) => (seen[index] = loss) });
    expect(seen).toEqual(lossesOf(results));
    expect(results.every(({ gradientNorm, seconds }) => gradientNorm > 0 && seconds > 0)).toBe(true);
    training.dispose();
  });

  it('ends between two steps when aborted, with the state of the last', async () => {
    const training = await trainer();
    const reason = new Error('enough');
    const controller = new AbortController();
    let done = 0;
    const run = training.run(stepsAt(center, 2000), {
      signal: controller.signal,
      onStep: (_, index) => {
        done = index + 1;
        if (index === 1) controller.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(done).toBeLessThan(2000);
    const reference = await trainer();
    await reference.run(stepsAt(center, done));
    expect(await training.state()).toEqual(await reference.state());
    await expect(training.run(stepsAt(center, 1), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    training.dispose();
    reference.dispose();
  });

  it('ends with what onStep threw', async () => {
    const training = await trainer();
    const run = training.run(stepsAt(center, 2000), { onStep: () => { throw new Error('disk full'); } });
    await expect(run).rejects.toThrow('disk full');
    training.dispose();
  });

  it('ends a run and refuses later ones when disposed', async () => {
    const training = await trainer();
    const run = training.run(stepsAt(center, 2000), { onStep: () => training.dispose() });
    await expect(run).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    await expect(training.state()).rejects.toMatchObject({ code: 'InvalidArgumentError' });
  });

  it('keeps the weights of the last good step when the loss is not finite', async () => {
    const training = await trainer();
    await training.run(stepsAt(center, 2));
    const before = await training.state();
    const broken = phantomCase(12);
    broken.image[(6 * 12 + 6) * 12 + 6] = NaN;
    await training.setCases([broken]);
    await expect(training.run(stepsAt(center, 1))).rejects.toMatchObject({ code: 'NonFiniteLossError' });
    expect(await training.state()).toEqual(before);
    await training.setCases([phantomCase(12)]);
    before[0]!.data[0] = NaN;
    await training.restore(before);
    await expect(training.run(stepsAt(center, 1))).rejects.toMatchObject({ code: 'NonFiniteLossError' });
    expect(await training.state()).toEqual(before);
    training.dispose();
  });

  it('gives the same bits for any number of preparing threads, and tells how long steps waited', async () => {
    const runs = [];
    for (const prefetch of [undefined, { threads: 1, batches: 1 }, { threads: 3, batches: 5 }]) {
      const training = await trainer(prefetch ? { prefetch } : {});
      const results = await training.run(stepsAt(center, 4));
      expect(results.every(({ waitSeconds }) => waitSeconds >= 0)).toBe(true);
      expect(results[0]!.waitSeconds).toBeGreaterThan(0);
      runs.push(await training.state());
      training.dispose();
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('computes a batch in parts with the loss of the whole', async () => {
    const steps = stepsAt(center, 2);
    const whole = await trainer();
    const parts = await trainer({ accumulate: 2 });
    const expected = lossesOf(await whole.run(steps));
    // Float32 sums of some thousand values in another order, after one step also of the weights.
    lossesOf(await parts.run(steps)).forEach((loss, step) => expect(loss).toBeCloseTo(expected[step]!, 5));
    whole.dispose();
    parts.dispose();
  });

  it('surfaces a bad label at its step, with the state of the step before', async () => {
    const bad = { ...phantomCase(12), label: new Uint8Array(12 ** 3).fill(7) };
    const training = await trainer({ cases: [phantomCase(12), bad], prefetch: { threads: 2, batches: 6 } });
    const steps = stepsAt(center, 5).map((step, k) => (k < 3 ? step : { ...step, patches: step.patches.map((patch) => ({ ...patch, caseIndex: 1 })) }));
    let done = 0;
    await expect(training.run(steps, { onStep: () => (done += 1) })).rejects.toMatchObject({ code: 'InvalidLabelError', detail: { field: 'cases[1].label' } });
    expect(done).toBe(3);
    const reference = await trainer();
    await reference.run(stepsAt(center, 3));
    expect(await training.state()).toEqual(await reference.state());
    training.dispose();
    reference.dispose();
  });

  it('learns nothing where the confidence is 0', async () => {
    const silent = phantomCase(12);
    silent.confidence = new Float32Array(12 ** 3);
    const training = await trainer({ cases: [silent], weightDecay: 0 });
    const before = await training.network('model');
    const [result] = await training.run(stepsAt(center, 1));
    expect(result).toMatchObject({ loss: -1, gradientNorm: 0 });
    expect(await training.network('model')).toEqual(before);
    training.dispose();
  });

  it('uses exchanged cases for the runs that follow', async () => {
    const training = await trainer();
    const other = phantomCase(12);
    other.label.fill(0);
    const first = training.run(stepsAt(center, 2));
    const exchange = training.setCases([other, other]);
    const second = training.run([{ learningRate: 0.02, patches: [{ caseIndex: 1, center, seed: 0 }] }]);
    expect((await first).length).toBe(2);
    await exchange;
    expect((await second).length).toBe(1);
    training.dispose();
  });

  it('lets two trainers work at once without touching each other', async () => {
    const alone = await trainer();
    const expected = lossesOf(await alone.run(stepsAt(center, 4)));
    const [a, b] = await Promise.all([trainer(), trainer()]);
    const results = await Promise.all([a.run(stepsAt(center, 4)), b.run(stepsAt(center, 4))]);
    expect(results.map(lossesOf)).toEqual([expected, expected]);
    for (const training of [alone, a, b]) training.dispose();
  });

  it('names bad options', async () => {
    const fails = (change: Partial<TrainerOptions>, field: string) =>
      expect(trainer(change)).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { field } });
    await fails({ patch: [8, 8, 6] }, 'patch');
    await fails({ cases: [] }, 'cases');
    await fails({ cases: [{ ...phantomCase(12), label: new Uint8Array(3) }] }, 'cases[0].label');
    await fails({ cases: [{ ...phantomCase(12), confidence: new Float32Array(3) }] }, 'cases[0].confidence');
    await fails({ momentum: 1 }, 'momentum');
    await fails({ emaDecay: 1.5 }, 'emaDecay');
    await fails({ accumulate: 0 }, 'accumulate');
    await fails({ prefetch: { threads: 0, batches: 2 } }, 'prefetch.threads');
    await fails({ prefetch: { threads: 1, batches: 0.5 } }, 'prefetch.batches');
    await expect(trainer({ initial: [] })).rejects.toMatchObject({ code: 'InvalidCheckpointError' });
    const training = await trainer({ cases: [{ ...phantomCase(12), label: new Uint8Array(12 ** 3).fill(7) }] });
    await expect(training.run([{ learningRate: 0.1, patches: [{ caseIndex: 1, center, seed: 0 }] }])).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    await expect(training.run(stepsAt(center, 1))).rejects.toMatchObject({ code: 'InvalidLabelError', detail: { field: 'cases[0].label' } });
    training.dispose();
  });

  it('has no moving average unless asked for', async () => {
    const options = { ...(await optionsWithoutAverage()) };
    const training = await Trainer.create(options);
    await expect(training.network('ema')).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    expect((await training.state()).some(({ name }) => name.startsWith('ema.'))).toBe(false);
    training.dispose();
  });
});

async function optionsWithoutAverage(): Promise<TrainerOptions> {
  return {
    spec, initial: await initialTensors(), cases: [phantomCase(12)], patch: [8, 8, 8], augmentation: fullAugmentation,
    momentum: 0.9, weightDecay: 0, precision: 'float32',
  };
}
