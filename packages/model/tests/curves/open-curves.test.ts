import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCurves, type Curves } from '../../src/curves/open-curves.js';
import { exampleHistory, exampleRun, minuteClock } from './example-history.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-curves-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

function open(now = minuteClock()): Promise<Curves> {
  return openCurves({ folder: join(folder, 'run'), formats: [], mlflow: null, run: exampleRun, now, warn: () => undefined });
}

it('writes JSON lines, CSV and a picture after each epoch, and nothing else', async () => {
  const curves = await open();
  const history = exampleHistory(3);
  for (let epochs = 1; epochs <= 3; epochs++) await curves.epoch(history.slice(0, epochs));
  await curves.close('finished');
  expect((await readdir(join(folder, 'run'))).sort()).toEqual(['progress.svg', 'training.csv', 'training.jsonl']);
  expect(await read('run/training.jsonl')).toBe(
    [
      '{"epoch":1,"loss":0.875,"learningRate":0.5,"secondsPerStep":0.25,"waitingShare":0.03125,"time":"2026-01-01T00:00:00.000Z"}',
      '{"epoch":2,"loss":0.75,"learningRate":0.25,"secondsPerStep":0.25,"waitingShare":0.03125,"time":"2026-01-01T00:01:00.000Z"}',
      '{"epoch":3,"loss":0.625,"learningRate":0.16666666666666666,"validationDice":0.546875,"validationMean":0.484375,"validationDiceByClass":[0.671875,null],"secondsPerStep":0.25,"waitingShare":0.03125,"time":"2026-01-01T00:02:00.000Z"}',
      '',
    ].join('\n'),
  );
  expect(await read('run/training.csv')).toBe(
    [
      'epoch,loss,learning_rate,validation_dice,validation_mean,validation_dice anterior,validation_dice posterior,seconds_per_step,waiting_share,time',
      '1,0.875,0.5,,,,,0.25,0.03125,2026-01-01T00:00:00.000Z',
      '2,0.75,0.25,,,,,0.25,0.03125,2026-01-01T00:01:00.000Z',
      '3,0.625,0.16666666666666666,0.546875,0.484375,0.671875,,0.25,0.03125,2026-01-01T00:02:00.000Z',
      '',
    ].join('\n'),
  );
});

it('a resumed training goes on in the same files: known epochs keep their times, an epoch trained again appears once', async () => {
  const first = await open();
  const history = exampleHistory(5);
  for (let epochs = 1; epochs <= 4; epochs++) await first.epoch(history.slice(0, epochs));
  const again = await open(minuteClock('2026-02-01T00:00:00.000Z'));
  const otherLoss = { ...history[2]!, loss: 0.5 };
  await again.epoch([history[0]!, { ...history[1]!, loss: 0.7 }, otherLoss]);
  const lines = (await read('run/training.jsonl')).trim().split('\n').map((line) => JSON.parse(line) as { epoch: number; loss: number; time?: string });
  expect(lines.map(({ epoch, loss, time }) => [epoch, loss, time?.slice(0, 16)])).toEqual([
    [1, 0.875, '2026-01-01T00:00'],
    // Trained again as well, but when was not written down.
    [2, 0.7, undefined],
    [3, 0.5, '2026-02-01T00:00'],
  ]);
  expect((await read('run/training.csv')).trim().split('\n')).toHaveLength(4);
});

it('a damaged file of an earlier session costs times, not the training', async () => {
  const first = await open();
  await first.epoch(exampleHistory(1));
  await writeFile(join(folder, 'run', 'training.jsonl'), '{"epoch":1,"loss":0.8\nno JSON\n');
  const again = await open(minuteClock('2026-02-01T00:00:00.000Z'));
  await again.epoch(exampleHistory(2));
  const [one, two] = (await read('run/training.jsonl')).trim().split('\n').map((line) => JSON.parse(line) as { time?: string });
  expect(one!.time).toBeUndefined();
  expect(two!.time).toBe('2026-02-01T00:00:00.000Z');
});
