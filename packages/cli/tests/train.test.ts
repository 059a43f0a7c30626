import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryLock } from '@geoscribe/core-io/node';
import { writePhantomDataset } from '@geoscribe/core-io/testing';
import { runCommand } from './support/run-command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-train-'));
  await writePhantomDataset(join(folder, 'data'), { cases: 4, seed: 0, dims: [18, 20, 16], spacing: [2, 2, 2] });
  await setApart('phantom_000', 'held_out');
});
afterAll(() => rm(folder, { recursive: true }));

/** A copy of a case among those for test, with its label: no training may see it. */
async function setApart(id: string, copy: string): Promise<void> {
  for (const kind of ['images', 'labels']) await cp(at('data', `${kind}Tr`, `${id}.nii.gz`), at('data', `${kind}Ts`, `${copy}.nii.gz`));
  const description = (await json('data', 'dataset.json')) as object;
  await writeFile(at('data', 'dataset.json'), JSON.stringify({ ...description, test: [`imagesTs/${copy}.nii.gz`] }));
}

const geoscribe = (...parameters: string[]) => runCommand({ directory: folder }, ...parameters);

const at = (...names: string[]): string => join(folder, ...names);
const train = (output: string, ...options: string[]) => geoscribe('train', at('data'), '--output', at(output), ...options);
/** A training of seconds. */
const tiny = ['--epochs', '2', '--steps-per-epoch', '2', '--folds', '2', '--threads', '1', '--precision', 'float32'];
const json = async (...names: string[]): Promise<unknown> => JSON.parse(await readFile(at(...names), 'utf8')) as unknown;

describe('geoscribe train', () => {
  it('trains folds, goes on where it is asked to, and refuses what does not fit the run', async () => {
    const { code, out, err } = await train('run', ...tiny, '--fold', '0,1');
    expect([code, err.split('\n').at(-2)]).toEqual([0, expect.stringContaining('fold 1')]);
    expect(out).toMatch(/^0 +2 .*\n1 +2 .*\n\nMean Dice of 2 folds: /m);
    expect((await readdir(at('run'))).sort()).toEqual(['fold_0', 'fold_1', 'plan.json', 'run.json', 'splits.json', 'store']);
    const splits = (await json('run', 'splits.json')) as { train: string[]; val: string[] }[];
    expect(splits.flatMap(({ val }) => val).sort()).toEqual(['phantom_000', 'phantom_001', 'phantom_002', 'phantom_003']);
    expect((await readFile(at('run', 'fold_1', 'training.csv'), 'utf8')).trim().split('\n')).toHaveLength(3);
    expect(existsSync(at('run', 'fold_1', 'validation', `${splits[1]!.val[0]}.nii.gz`))).toBe(true);
    expect(await json('run', 'run.json')).toMatchObject({ settings: { epochs: 2, stepsPerEpoch: 2, threads: 1, seed: 0, validateEvery: 1 } });

    expect(await train('run')).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/fold_0 was begun before.*--resume.*--epochs \+N/s) });
    expect(await train('run', '--resume', '--epochs', '3')).toMatchObject({ code: 3, err: expect.stringMatching(/run\.json, epochs.*expected 2 but received 3.*--epochs \+N/s) });
    expect(await train('run', '--resume', '--seed', '7')).toMatchObject({ code: 3, err: expect.stringMatching(/run\.json, seed.*expected 0 but received 7/s) });
    expect(await train('run', '--resume', '--preset', 'gpu-8gb')).toMatchObject({ code: 3, err: expect.stringMatching(/plan\.json, budget.*cpu-small.*gpu-8gb/s) });
    expect(await train('run', '--fold', '2')).toMatchObject({ code: 2, err: expect.stringMatching(/no such fold.*0 to 1, or all/s) });
    expect(await train('run', '--fold', 'all', '--epochs', '+1')).toMatchObject({ code: 2, err: expect.stringMatching(/no training of fold_all to lengthen/) });

    const longer = await train('run', '--epochs', '+1', '--json');
    expect(longer).toMatchObject({ code: 0, out: expect.stringContaining('"epochs": 3') });
    const again = await train('run', '--resume', '--json');
    expect(JSON.parse(again.out)).toEqual(JSON.parse(longer.out));

    const stopped = (output: string, ...options: string[]) => runCommand({ directory: folder, signal: AbortSignal.abort() }, 'train', at('data'), '--output', at(output), ...options);
    expect(await stopped('run', '--resume')).toMatchObject({ code: 1, err: expect.stringMatching(/^The last finished epoch of fold 0 is kept: --resume goes on from there\.$/m) });
    expect(await stopped('stopped', ...tiny, '--fold', '1')).toMatchObject({ code: 1, err: expect.stringMatching(/^No epoch of fold 1 was finished: the same command starts it anew\.$/m) });
  });

  it('trains from a plan and splits of a file, on every case with --fold all', async () => {
    expect(await geoscribe('plan', at('data'), '--output', at('plan.json'))).toMatchObject({ code: 0 });
    await writeFile(at('splits_final.json'), JSON.stringify([{ train: ['phantom_000'], val: ['phantom_003'] }]));
    const files = ['--plan', at('plan.json'), '--splits', at('splits_final.json')];
    const schedule = ['--accumulate', '2', '--deterministic', '--epochs', '1', '--steps-per-epoch', '1', '--threads', '1', '--precision', 'float32'];
    const { code, err } = await train('planned', ...files, ...schedule, '--fold', 'all', '--fold', '0');
    expect([code, err]).toEqual([0, expect.not.stringContaining('fingerprint')]);
    expect(await json('planned', 'plan.json')).toEqual(await json('plan.json'));
    expect((await readdir(at('planned', 'fold_0', 'validation'))).includes('phantom_003.nii.gz')).toBe(true);
    expect(await json('planned', 'fold_all', 'cases.json')).toMatchObject({ training: { length: 4 }, validation: [] });

    await writeFile(at('other.json'), JSON.stringify([{ train: ['phantom_001'], val: ['phantom_003'] }]));
    expect(await train('planned', '--resume', '--splits', at('other.json'))).toMatchObject({ code: 3, err: expect.stringContaining('splits.json, splits') });
  });

  it('makes no folder where it cannot train', async () => {
    expect(await train('none')).toMatchObject({ code: 2, err: expect.stringMatching(/--folds.*2 to 4.*received 5/s) });
    const { code, err } = await train('none', '--folds', '2', '--fold', '2');
    expect([code, err]).toEqual([2, expect.stringMatching(/^(?!fingerprint).*no such fold.*0 to 1, or all/)]);
    await writeFile(at('broken.json'), '{}');
    expect(await train('none', '--fold', 'all', '--plan', at('broken.json'))).toMatchObject({ code: 3, err: expect.stringContaining('broken.json, version') });
    expect(await train('none', '--splits', at('broken.json'))).toMatchObject({ code: 3, err: expect.stringContaining('splits_final.json') });
    await geoscribe('plan', at('data'), '--output', at('huge.json'));
    await writeFile(at('huge.json'), JSON.stringify({ ...((await json('huge.json')) as object), patch: [4096, 4096, 4096] }));
    const huge = await train('none', '--fold', 'all', '--plan', at('huge.json'));
    expect(huge).toMatchObject({ code: 3, err: expect.stringMatching(/batch of 2 x 4096 x 4096 x 4096 voxels does not fit the memory \(budget\).*GB of free memory.*a plan with a smaller patch/s) });
    expect(await train('data', '--fold', 'all')).toMatchObject({ code: 2, err: expect.stringMatching(/not a run’s.*--output/s) });
    for (const wrong of [['--epochs', '0'], ['--epochs', '+'], ['--fold', 'x'], ['--seed', '-1'], ['--device', 'tpu']]) {
      expect(await train('none', ...wrong)).toMatchObject({ code: 2, out: '' });
    }
    expect(existsSync(at('none'))).toBe(false);
  });

  it('starts a fold anew that there is nothing to resume of, saying so, and leaves one to the process that trains it', async () => {
    const { code, err } = await train('shared', ...tiny, '--fold', 'all', '--resume');
    expect([code, err]).toEqual([0, expect.stringMatching(/^No epoch of fold_all was finished before: its training starts anew\.$/m)]);
    const lock = await tryLock(at('shared', 'fold_all', 'lock'));
    expect(await train('shared', '--fold', 'all', '--resume')).toMatchObject({ code: 1, err: expect.stringMatching(new RegExp(`Another process trains fold_all.*process ${process.pid}`, 's')) });
    if (lock.acquired) await lock.release();
  });
});
