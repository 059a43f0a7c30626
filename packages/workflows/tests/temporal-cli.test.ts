import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findTemporalCli, temporalCliVersion } from '../src/temporal-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'geoscribe-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function executable(path: string, text: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

const answering = 'echo "temporal version 1.2.3 (Server 4.5.6, UI 7.8.9)"';
const configured = executable(join(folder, 'configured', 'my-temporal'), answering);
const onPath = executable(join(folder, 'path', 'temporal'), answering);
const fetched = executable(join(folder, 'project', '.toolchain', 'temporal', 'bin', 'temporal'), answering);
const deep = join(folder, 'project', 'packages', 'cli');
const PATH = join(folder, 'path');

test('the variable comes before the PATH, the PATH before the copy of set-up', () => {
  expect(findTemporalCli({ TEMPORAL_CLI_PATH: configured, PATH }, deep)).toEqual({ path: configured, source: 'TEMPORAL_CLI_PATH' });
  expect(findTemporalCli({ PATH }, deep)).toEqual({ path: onPath, source: 'PATH' });
  expect(findTemporalCli({ PATH: '' }, deep)).toEqual({ path: fetched, source: 'set-up' });
});

test('a variable that names nothing is not passed over', () => {
  expect(() => findTemporalCli({ TEMPORAL_CLI_PATH: '/nowhere/temporal', PATH }, deep)).toThrow(
    'No Temporal CLI (TEMPORAL_CLI_PATH): expected an executable Temporal CLI but received /nowhere/temporal. Run `npm run setup`',
  );
});

test('without any the error says where was looked', () => {
  expect(() => findTemporalCli({ PATH: '' }, join(folder, 'path'))).toThrow(
    'received none in TEMPORAL_CLI_PATH, on the PATH or in .toolchain/temporal.',
  );
});

test('the version of a CLI; something else and a broken file are named', async () => {
  expect(await temporalCliVersion(configured)).toBe('1.2.3');
  const impostor = executable(join(folder, 'impostor'), 'echo hello');
  await expect(temporalCliVersion(impostor)).rejects.toThrow('Not a Temporal CLI');
  const broken = executable(join(folder, 'broken'), 'exit 3');
  await expect(temporalCliVersion(broken)).rejects.toMatchObject({ code: 'MissingLibraryError' });
});
