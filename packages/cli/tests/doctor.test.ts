import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatDiagnosis } from '../src/commands/doctor.js';
import { runChecks } from '../src/doctor/check.js';
import { describeFlags, diskCheck } from '../src/doctor/machine-checks.js';
import { packageFolder } from '../src/doctor/package-folder.js';
import { runInNode } from '../src/doctor/run-in-node.js';
import { CampaignHome } from '../src/home/campaign-home.js';
import { searchAttributeCommand } from '../src/server/prepare-namespace.js';

const folder = mkdtempSync(join(tmpdir(), 'geoscribe-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a check that fails is a result', async () => {
  const look = async (): Promise<never> => {
    throw new Error('the disk is on fire');
  };
  expect(await runChecks([{ name: 'disk', look }])).toEqual([{ name: 'disk', ok: false, found: 'the disk is on fire' }]);
});

test('the diagnosis is a table with the hints below it', () => {
  expect(
    formatDiagnosis([
      { name: 'Node', ok: true, found: '20.20.2' },
      { name: 'LibTorch', ok: false, found: 'none', hint: 'Run it.' },
    ]),
  ).toBe(
    ['         what      found\n', 'ok       Node      20.20.2\n', 'MISSING  LibTorch  none\n', '\n', 'LibTorch: Run it.\n'].join(''),
  );
});

test('instruction sets of a CPU', () => {
  expect(describeFlags('model name : x\nflags\t\t: fpu avx2 avx512f avx512_bf16\n')).toBe('AVX2, AVX-512, AVX-512 bfloat16');
  expect(describeFlags('flags : fpu avx\n')).toBe('no AVX2: training will be slow');
  expect(describeFlags('')).toBe('instruction sets unknown');
});

test('a library that kills its process is told of and does not kill this one', async () => {
  expect(await runInNode(`process.kill(process.pid, 'SIGILL'); await new Promise(() => setInterval(() => {}, 1000));`, folder)).toEqual({
    ok: false,
    problem: 'it ends the process with SIGILL',
  });
  expect(await runInNode(`await import('nothing-of-this-name');`, folder)).toEqual({
    ok: false,
    problem: expect.stringContaining("Cannot find package 'nothing-of-this-name'"),
  });
  expect(await runInNode(`process.stdout.write('fine');`, folder)).toEqual({ ok: true, output: 'fine' });
});

test('packages are found upwards, also those that cannot be loaded', () => {
  const installed = join(folder, 'node_modules', 'broken');
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{"name":"broken","version":"1.0.0","exports":{}}');
  expect(packageFolder('broken', join(folder, 'a', 'b'))).toBe(installed);
  expect(packageFolder('absent', join(folder, 'a', 'b'))).toBeNull();
});

test('a home that does not exist yet is judged by its nearest parent and not created', async () => {
  const home = new CampaignHome(join(folder, 'x', 'y'));
  const [result] = await runChecks([diskCheck(home)]);
  expect(result).toMatchObject({ name: 'home', ok: true, found: expect.stringMatching(/x\/y, \d+\.\d GiB free$/) });
});

test('the administrator’s command names attributes, types and namespace', () => {
  expect(searchAttributeCommand(['CampaignStage', 'CasesPending'], 'lab')).toBe(
    'temporal operator search-attribute create --namespace lab --name CampaignStage --type Keyword --name CasesPending --type Int',
  );
});
