import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MlflowRun } from '../../src/curves/mlflow-run.js';
import { mlflowSettings } from '../../src/curves/mlflow-settings.js';
import { sendCurves } from '../../src/curves/send-curves.js';
import { exampleHistory, exampleRun, minuteClock } from './example-history.js';
import { MlflowServer } from './mlflow-server.js';

let folder: string;
let server: MlflowServer;
let warnings: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-mlflow-'));
  server = await MlflowServer.start();
  warnings = [];
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const token = 'not-to-be-seen';

function open(options: { uri?: string; run?: typeof exampleRun } = {}): MlflowRun {
  const settings = mlflowSettings({ MLFLOW_TRACKING_TOKEN: token }, { uri: options.uri ?? server.uri, experiment: 'liver' })!;
  return new MlflowRun({ settings, folder, run: options.run ?? exampleRun, now: minuteClock(), warn: (message) => warnings.push(message), retryMs: [1] });
}

const onlyRun = () => {
  expect(server.runs.size).toBe(1);
  return [...server.runs.values()][0]!;
};
const lossSteps = (): number[] => onlyRun().metrics.filter(({ key }) => key === 'training/loss').map(({ step }) => step);

it('a training becomes a run of its experiment: settings, every figure at its epoch, and its end', async () => {
  const run = open();
  const history = exampleHistory(3);
  for (let epochs = 1; epochs <= 3; epochs++) run.offer(history.slice(0, epochs));
  await run.close('finished');
  expect(server.experiments).toEqual(new Map([['liver', '1']]));
  expect(onlyRun()).toMatchObject({ experiment: '1', name: 'Hippocampus, fold 0', status: 'FINISHED', params: new Map([['batch', '2'], ['patch', '40 x 56 x 40']]) });
  expect(lossSteps()).toEqual([1, 2, 3]);
  expect(onlyRun().metrics.filter(({ step }) => step === 3).map(({ key, value }) => [key, value])).toEqual([
    ['training/loss', 0.625],
    ['training/learningRate', 0.5 / 3],
    ['validation/dice', 0.546875],
    ['validation/diceMean', 0.484375],
    ['validation/dice/anterior', 0.671875],
    ['speed/secondsPerStep', 0.25],
    ['speed/waitingShare', 0.03125],
  ]);
  expect(server.authorizations).toEqual(new Set([`Bearer ${token}`]));
  expect(warnings).toEqual([]);
  expect(await readFile(join(folder, 'mlflow.json'), 'utf8')).not.toContain(token);
});

it('a training that has ended is sent in one go, once however often; a server that fails is an error', async () => {
  const settings = { uri: server.uri, experiment: 'liver' };
  const sent = { settings, folder: join(folder, 'new'), history: exampleHistory(5), run: exampleRun, now: minuteClock() };
  server.broken = true;
  await expect(sendCurves(sent)).rejects.toThrow('Database is away');
  server.broken = false;
  for (let time = 0; time < 2; time++) await sendCurves(sent);
  expect(lossSteps()).toEqual([1, 2, 3, 4, 5]);
  expect(onlyRun().status).toBe('FINISHED');
});

it('a server that fails is warned about once, and gets what it missed when it is back', async () => {
  const run = open();
  server.broken = true;
  run.offer(exampleHistory(1));
  await vi.waitFor(() => expect(warnings).toHaveLength(1));
  run.offer(exampleHistory(2));
  server.broken = false;
  await run.close('stopped');
  expect(warnings[0]).toBe(
    `MLflow does not take the curves: ${server.uri} answers experiments/get-by-name with status 503: Database is away. Training goes on; what is missing is sent later.`,
  );
  expect(warnings.length).toBeLessThanOrEqual(2);
  expect(lossSteps()).toEqual([1, 2]);
  expect(onlyRun().status).toBe('KILLED');
});

it('where nobody listens training goes on, and a resumed one sends everything', async () => {
  await server.stop();
  const away = open();
  away.offer(exampleHistory(1));
  await vi.waitFor(() => expect(warnings).toHaveLength(1));
  away.offer(exampleHistory(2));
  await away.close('finished');
  expect(warnings[0]).toMatch(/^MLflow does not take the curves: http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\./);
  expect(warnings.at(-1)).toMatch(/^MLflow lacks the end of this training: .* training\.jsonl has all of it\.$/);
  expect(warnings.join()).not.toContain(token);
  server = await MlflowServer.start();
  const back = open();
  back.offer(exampleHistory(3));
  await back.close('finished');
  expect(lossSteps()).toEqual([1, 2, 3]);
});

it('a resumed training goes on in its run and sends no epoch twice', async () => {
  const first = open();
  first.offer(exampleHistory(5));
  await first.close('failed');
  expect(onlyRun().status).toBe('FAILED');
  // Other settings, as `--epochs +N` makes them: MLflow refuses to change a parameter.
  const second = open({ run: { ...exampleRun, parameters: { ...exampleRun.parameters, batch: 3 } } });
  second.offer(exampleHistory(5));
  second.offer(exampleHistory(7));
  await second.close('finished');
  expect(lossSteps()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(onlyRun()).toMatchObject({ status: 'FINISHED' });
  expect(warnings).toEqual([]);
});

it('a run that the server does not know any more is begun again', async () => {
  const first = open();
  first.offer(exampleHistory(1));
  await first.close('finished');
  server.runs.clear();
  const second = open();
  second.offer(exampleHistory(2));
  await second.close('finished');
  expect(lossSteps()).toEqual([1, 2]);
});

it('many epochs and classes go out in calls that MLflow takes, and names it does not take are changed', async () => {
  const labels = ['background', ...Array.from({ length: 20 }, (_, k) => `part (${k % 2})`)];
  const run = open({ run: { ...exampleRun, labels } });
  run.offer(exampleHistory(100).map((entry) => ({ ...entry, validationDice: 0.5, validationDiceByClass: labels.slice(1).map(() => 0.5) })));
  await run.close('finished');
  expect(warnings).toEqual([]);
  const names = new Set(onlyRun().metrics.map(({ key }) => key));
  expect([...names].filter((name) => name.startsWith('validation/dice/'))).toHaveLength(20);
  expect(names).toContain('validation/dice/part _0_');
  expect(names).toContain('validation/dice/part _1__4');
});

it('settings come from the variables of MLflow; credentials never stay in the address', () => {
  expect(mlflowSettings({})).toBeNull();
  expect(mlflowSettings({ MLFLOW_TRACKING_URI: '' })).toBeNull();
  expect(mlflowSettings({ MLFLOW_TRACKING_URI: 'http://ann:s%40crt@host:5000/ml/' })).toEqual({
    uri: 'http://host:5000/ml',
    experiment: 'geoscribe',
    authorization: `Basic ${Buffer.from('ann:s@crt').toString('base64')}`,
  });
  expect(mlflowSettings({ MLFLOW_TRACKING_USERNAME: 'ann', MLFLOW_TRACKING_PASSWORD: 'x', MLFLOW_EXPERIMENT_NAME: 'e' }, { uri: 'https://host' })).toEqual({
    uri: 'https://host',
    experiment: 'e',
    authorization: `Basic ${Buffer.from('ann:x').toString('base64')}`,
  });
  for (const address of ['sqlite:///ann:secret@x', 'no address']) {
    expect(() => mlflowSettings({ MLFLOW_TRACKING_URI: address })).toThrow(/MLFLOW_TRACKING_URI.*expected an address such as/);
    expect(() => mlflowSettings({ MLFLOW_TRACKING_URI: address })).not.toThrow(/secret/);
  }
});
