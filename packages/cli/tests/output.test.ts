import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CommanderError } from 'commander';
import { GeoscribeError, type CampaignStatus } from '@geoscribe/campaign';
import { formatOverview } from '../src/output/campaign-progress.js';
import { exitCodeFor } from '../src/output/exit-codes.js';
import { formatError } from '../src/output/format-error.js';
import { formatTable } from '../src/output/format-table.js';
import { formatBar, progressPrinter } from '../src/output/progress-printer.js';

const wrong = new GeoscribeError('InvalidVolumeError', 'Volume is empty', {
  file: 'a.nii.gz',
  expected: 'voxels',
  received: 'none',
  nextStep: 'Export it again.',
});

/** A terminal without block characters, at a clock that stands still. */
const plain = { unicode: false, now: () => 0 };

/** As Temporal's client gives the failure of an activity. */
function fromActivity(type: string): Error {
  const application = Object.assign(new Error('Volume is empty (a.nii.gz).'), { name: 'ApplicationFailure', type });
  const activity = new Error('Activity task failed', { cause: application });
  return new Error('Workflow execution failed', { cause: activity });
}

test('an error of ours: code, message, next step', () => {
  expect(formatError(wrong)).toBe(
    'geoscribe: error [InvalidVolumeError] Volume is empty (a.nii.gz): expected voxels but received none.\n  next: Export it again.',
  );
  expect(formatError(new GeoscribeError('UnknownCaseError', 'No such case'))).toBe(
    'geoscribe: error [UnknownCaseError] No such case.',
  );
});

test('an error of an activity is found below what Temporal wraps around it', () => {
  expect(formatError(fromActivity('InvalidVolumeError'))).toBe(
    'geoscribe: error [InvalidVolumeError] Volume is empty (a.nii.gz).',
  );
  expect(exitCodeFor(fromActivity('InvalidVolumeError'))).toBe(3);
});

test('an error of the file system is said in words, without a stack', async () => {
  const error: unknown = await writeFile(join(import.meta.dirname, 'output.test.ts', 'plan.json'), '').catch((cause: unknown) => cause);
  expect(formatError(error)).toMatch(/^geoscribe: error \[ENOTDIR\] A file in place of a folder \(.*plan\.json\)\.$/);
  expect(exitCodeFor(error)).toBe(1);
});

test('an error that is not ours comes with its stack, a circle of causes ends', () => {
  const circle = new TypeError('x is not a function');
  circle.cause = circle;
  expect(formatError(circle)).toMatch(/^geoscribe: error \[TypeError\] x is not a function\n\s+at .*output\.test\.ts/);
  expect(formatError('thrown text')).toBe('geoscribe: error [InternalError] thrown text');
  expect(formatError(fromActivity('SomebodyElsesError'))).toContain('[Error] Workflow execution failed');
});

test('exit codes by kind of error', () => {
  expect(exitCodeFor(wrong)).toBe(3);
  expect(exitCodeFor(new GeoscribeError('InvalidConfigError', 'x'))).toBe(3);
  expect(exitCodeFor(new GeoscribeError('InvalidArgumentError', 'x'))).toBe(2);
  expect(exitCodeFor(new CommanderError(1, 'commander.unknownOption', 'x'))).toBe(2);
  expect(exitCodeFor(new GeoscribeError('TemporalUnreachableError', 'x'))).toBe(1);
  expect(exitCodeFor(new Error('x'))).toBe(1);
});

test('a table aligns text to the left and numbers to the right', () => {
  const rows = [
    ['seeds-only', 0.84, 12],
    ['main', 0.855, null],
  ];
  expect(formatTable(['method', 'Dice', 'n'], rows)).toBe(
    ['method       Dice   n\n', 'seeds-only   0.84  12\n', 'main        0.855   -\n'].join(''),
  );
  expect(formatTable(['method', 'Dice'], [])).toBe('method  Dice\n');
});

test('a bar shows its share and never more than the whole', () => {
  expect(formatBar({ label: 'train', done: 5, total: 20, detail: 'loss 0.31' })).toBe(
    'train [######------------------] 5/20 loss 0.31',
  );
  expect(formatBar({ label: 'train', done: 30, total: 20 })).toBe('train [########################] 30/20');
});

test('without a terminal a step prints once for each tenth', () => {
  const texts: string[] = [];
  const progress = progressPrinter({ write: (text) => texts.push(text) }, plain);
  progress.line('Fetching.');
  for (let done = 0; done <= 100; done++) progress.step({ label: 'fetch', done, total: 100 });
  progress.end();
  expect(texts).toEqual(['Fetching.\n', ...Array.from({ length: 11 }, (_, tenth) => `fetch ${10 * tenth}/100\n`)]);
});

test('on a terminal the bar is redrawn in its line, kept to its width, and stays below other lines', () => {
  const texts: string[] = [];
  const progress = progressPrinter({ write: (text) => texts.push(text), isTTY: true, columns: 20 }, plain);
  progress.step({ label: 'fetch', done: 1, total: 2 });
  progress.line('half');
  progress.end();
  progress.end();
  const clear = '\r\u001b[2K';
  expect(texts).toEqual([`${clear}fetch [############`, `${clear}half\nfetch [############`, '\n']);
});

test('a look at a campaign states the geodesic step of each iteration', () => {
  const status: CampaignStatus = {
    name: 'liver', dataset: 'Liver', stage: 'fine-tuning', iteration: 1, iterations: 3, waiting: false, completedRounds: 1,
    cases: [], counts: { pending: 0, scribbles: 1, 'no-error': 0, skipped: 0, unseen: 0, failed: 0 }, rows: [], reminders: 0,
    propagations: [{ iteration: 1, cases: 1, reachedVoxels: [0, 15_200], flippedVoxels: 1206, seconds: 0.244 }],
  };
  const text = formatOverview({ status, execution: 'RUNNING', failure: null, activities: [] });
  expect(text).toMatch(/^geodesic step 1 +1 pseudo label, 1 206 voxels flipped, 0\.24 s$/m);
});
