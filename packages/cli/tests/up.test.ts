import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CampaignHome } from '../src/home/campaign-home.js';
import { isProcessAlive } from '@geoscribe/core-io/node';
import { readServerRecord } from '../src/server/server-record.js';
import { reasonToSkipServer } from './support/temporal-cli.js';

const executable = fileURLToPath(new URL('../bin/geoscribe.js', import.meta.url));
type Running = ChildProcessByStdio<null, Readable, Readable>;

let home: CampaignHome;
beforeEach(() => {
  home = new CampaignHome(mkdtempSync(join(tmpdir(), 'geoscribe-up-')));
});
afterEach(() => rmSync(home.root, { recursive: true }));

function start(...parameters: string[]): Running {
  const environment: NodeJS.ProcessEnv = { ...process.env, TEMPORAL_CONFIG_FILE: join(home.root, 'no-profile.toml') };
  delete environment.TEMPORAL_ADDRESS;
  return spawn(process.execPath, [executable, '--home', home.root, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
}

function exitCode(child: Running): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

describe.skipIf(reasonToSkipServer() !== null)('geoscribe up', () => {
  test('serves until it is told to stop; a second one for the same home fails; nothing stays behind', async () => {
    const first = start('up', '--json');
    const ended = exitCode(first);
    const result = await new Promise<string>((resolve) => first.stdout.once('data', (data: Buffer) => resolve(data.toString())));
    expect(JSON.parse(result)).toMatchObject({ address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), namespace: 'default', owned: true });
    const server = (await readServerRecord(home))?.process;
    if (server == null) throw new Error('no server is recorded');
    expect(isProcessAlive(server)).toBe(true);

    const second = start('up');
    const [code, complaint] = await Promise.all([exitCode(second), text(second.stderr)]);
    expect(code).toBe(1);
    expect(complaint).toMatch(/^geoscribe: error \[HomeInUseError\] Another `geoscribe up` serves this home .*\n {2}next: Stop it/);

    first.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(isProcessAlive(server)).toBe(false);
    expect((await readServerRecord(home))?.process).toBeNull();
  });
});
