import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePhantom } from '@geoscribe/core-io/testing';
import { writeVolume } from '@geoscribe/core-io/node';
import { runCommand } from './support/run-command.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geoscribe-evaluate-'));
  const { label } = makePhantom({ seed: 1 });
  await writeVolume(join(folder, 'truth.nii.gz'), label);
  await writeVolume(join(folder, 'prediction.nii.gz'), { ...label, data: label.data.map((v) => (v === 3 ? 1 : v)) });
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...parameters: string[]) => runCommand({ directory: folder }, 'evaluate', ...parameters);

const file = (name: string): string => join(folder, name);
const labels = 'background,large,small,lesion';

test('the table is on stdout, progress on stderr, and the files are where they are said to be', async () => {
  const { code, out, err } = await run(file('prediction.nii.gz'), file('truth.nii.gz'), '--labels', labels, '--output', file('results'));
  expect([code, err]).toEqual([0, 'evaluate 1/1\ndraw 1/1\n']);
  expect(out).toMatch(/^small +Dice +1\.000 /m);
  expect(out).toContain('lesion: missed in 1 case');
  for (const name of ['evaluation.html', 'evaluation.json', 'cases.csv']) {
    expect(out).toContain(file(`results/${name}`));
    expect(existsSync(file(`results/${name}`))).toBe(true);
  }
});

test('--json prints one document', async () => {
  const { code, out } = await run(file('prediction.nii.gz'), file('truth.nii.gz'), '--json', '--tolerance', '1', '--spacing', '1,2,3', '--open-faces');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    settings: { tolerance: 1, spacing: [1, 2, 3], faces: 'open' },
    predictions: { cases: [{ caseId: 'prediction', spacing: [1, 2, 3] }] },
    against: null,
  });
});

test('bad data ends with 3 and writes nothing, bad options with 2', async () => {
  const wrong = await run(file('prediction.nii.gz'), file('truth.nii.gz'), '--labels', 'background,large', '--output', file('none'));
  expect([wrong.code, wrong.out]).toEqual([3, '']);
  expect(wrong.err).toContain('[InvalidLabelError]');
  expect(existsSync(file('none'))).toBe(false);
  for (const option of [['--tolerance', '-1'], ['--spacing', '1,2'], ['--spacing', '1,0,1']]) {
    expect(await run(file('prediction.nii.gz'), file('truth.nii.gz'), ...option)).toMatchObject({ code: 2, out: '' });
  }
});
