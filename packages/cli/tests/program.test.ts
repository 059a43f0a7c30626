import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCommand } from './support/run-command.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'geoscribe-program-'));
  vi.stubEnv('TEMPORAL_ADDRESS', undefined);
  vi.stubEnv('TEMPORAL_CONFIG_FILE', join(folder, 'no-profile.toml'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const run = (...parameters: string[]) =>
  runCommand({ directory: folder, environment: { GEOSCRIBE_HOME: 'from-variable' }, signal: AbortSignal.abort() }, ...parameters);

test('mistakes in the command line are usage errors on stderr', async () => {
  expect(await run('doctr')).toEqual({
    code: 2,
    out: '',
    err: "geoscribe: error [Usage] unknown command 'doctr'\n(Did you mean doctor?)\n(geoscribe --help lists the commands)\n",
  });
  expect(await run('doctor', '--nope')).toMatchObject({ code: 2, out: '' });
  expect(await run('doctor', 'surplus')).toMatchObject({ code: 2, out: '' });
  expect(await run('--home')).toMatchObject({ code: 2, out: '' });
  expect(await run()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: geoscribe') });
});

test('help and version are results', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Usage: geoscribe') });
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(await run('--version')).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
});

test('doctor names what is missing and fails; --json and --home work on either side of the command', async () => {
  vi.stubEnv('TEMPORAL_CLI_PATH', '/nowhere/temporal');
  const { code, out, err } = await run('--json', 'doctor', '--home', 'chosen');
  expect([code, err]).toEqual([1, '']);
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: { name: string; ok: boolean; found: string; hint?: string }[] };
  expect(ok).toBe(false);
  const byName = Object.fromEntries(checks.map(({ name, ...rest }) => [name, rest]));
  expect(byName['Temporal CLI']).toEqual({ ok: false, found: '/nowhere/temporal', hint: expect.stringContaining('npm run setup') });
  expect(byName['Temporal server']).toEqual({ ok: true, found: 'not running', hint: '`geoscribe up` starts one.' });
  expect(byName.Node).toEqual({ ok: true, found: process.versions.node });
  expect(byName['npm packages']).toMatchObject({ ok: true });
  expect(byName.home?.found).toContain(join(folder, 'chosen'));
  expect(checks.map(({ name }) => name)).toEqual([
    ...['Node', 'npm packages', 'addon geodesic-native', 'addon torch-native', 'LibTorch', 'onnxruntime'],
    ...['CPU', 'CUDA', 'precision', 'memory', 'home', 'Temporal CLI', 'Temporal server'],
  ]);
});

test('doctor fails where a configured server does not answer', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  const { code, out } = await run('doctor', '--json');
  expect(code).toBe(1);
  expect(out).toContain('"found": "none at 127.0.0.1:1"');
});
