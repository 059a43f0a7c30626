import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { reportJsonSchema, type ReportJson } from '@geoscribe/model';
import { deliverCurves } from '../src/campaigns/deliver-curves.js';
import { sendToMlflow } from '../src/campaigns/send-to-mlflow.js';

const report: ReportJson = reportJsonSchema.parse({
  dataset: 'Liver', seed: 0, cases: { full: [], scribbled: [], test: [], validation: [] }, scribbledShare: 0, pseudoLabelDice: { before: null, after: [] },
  rows: [], campaign: 'liver', generatedAt: '2026-01-01T00:00:00.000Z', simulatedAnnotator: false, labels: ['background', 'liver'], pseudoLabels: [],
  effort: { reviews: { scribbles: 0, 'no-error': 0, unseen: 0, skipped: 0 }, strokes: 0, markedVoxels: 0 }, failedCases: [], versions: {}, modelSha256: 'x',
});

const curve = [
  { epoch: 1, loss: 0.5, learningRate: 0.1 },
  { epoch: 2, loss: 0.25, learningRate: 0.05, validationDice: 0.75 },
];

async function folderFor(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'geoscribe-deliver-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'curves');
}

test("each training of a campaign gets a folder with its curve in every format, once however often it is delivered", async () => {
  const folder = await folderFor();
  const trainings = [
    { arm: 'preliminary', iteration: 0, curve },
    { arm: 'main', iteration: 2, curve },
    { arm: 'seeds-only', iteration: 3, curve },
  ];
  for (let time = 0; time < 2; time++) expect(await deliverCurves({ ...report, trainings }, folder)).toBe(folder);
  expect((await readdir(folder)).sort()).toEqual(['iteration-2', 'preliminary', 'seeds-only-3']);
  for (const name of await readdir(folder)) {
    expect((await readdir(join(folder, name))).sort()).toEqual(['events.out.tfevents.0000000001.geoscribe', 'progress.svg', 'training.csv', 'training.jsonl']);
  }
  expect(await readFile(join(folder, 'iteration-2', 'training.jsonl'), 'utf8')).toBe(curve.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  expect(await readFile(join(folder, 'preliminary', 'progress.svg'), 'utf8')).toContain('>liver: preliminary</text>');
});

test('MLflow gets each training as a run with what tells it from the others; one that it does not take is told', async () => {
  const folder = await folderFor();
  const runs: { run_name: string; params: { key: string; value: string }[]; steps: number[]; status?: string }[] = [];
  const answers: Record<string, (body: never) => unknown> = {
    'experiments/get-by-name': () => ({ experiment: { experiment_id: '1' } }),
    'runs/create': (body: { run_name: string }) => ({ run: { info: { run_id: String(runs.push({ ...body, params: [], steps: [] }) - 1) } } }),
    'runs/log-batch': ({ run_id, params = [], metrics = [] }: { run_id: number; params?: []; metrics?: { key: string; step: number }[] }) => {
      runs[run_id]!.params.push(...params);
      runs[run_id]!.steps.push(...metrics.filter(({ key }) => key === 'training/loss').map(({ step }) => step));
      return {};
    },
    'runs/update': ({ run_id, status }: { run_id: number; status: string }) => ((runs[run_id]!.status = status), {}),
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url!.replace(/^.*mlflow\/|\?.*$/g, '');
      response.end(JSON.stringify(answers[path]!((body === '' ? {} : JSON.parse(body)) as never)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const settings = { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, experiment: 'liver' };
  const given = { ...report, trainings: [{ arm: 'preliminary', iteration: 0, curve }, { arm: 'main', iteration: 1, curve }] };
  expect(await sendToMlflow(given, folder, settings)).toEqual({ runs: ['liver: preliminary', 'liver: iteration-1'], failure: null });
  expect(runs.map(({ run_name, steps, status, params }) => [run_name, steps, status, params.find(({ key }) => key === 'arm')?.value])).toEqual([
    ['liver: preliminary', [1, 2], 'FINISHED', 'preliminary'],
    ['liver: iteration-1', [1, 2], 'FINISHED', 'main'],
  ]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await sendToMlflow(given, folder, settings)).toEqual({ runs: [], failure: expect.stringContaining('cannot be reached') });
});

test('a report without curves, as older ones are, delivers none', async () => {
  const folder = await folderFor();
  expect(report.trainings).toEqual([]);
  expect(await deliverCurves(report, folder)).toBeNull();
});
