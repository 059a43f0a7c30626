import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { CampaignHome } from '../src/home/campaign-home.js';
import { identifyProcess, isProcessAlive, type ProcessIdentity } from '@geoscribe/core-io/node';
import { ensureTemporal, locateTemporal, type TemporalHandle } from '../src/server/ensure-temporal.js';
import { findTemporalCli, temporalCliVersion } from '@geoscribe/workflows/client';
import { retentionSeconds } from '../src/server/prepare-namespace.js';
import { isServerReady } from '../src/server/probe-server.js';
import { readServerRecord } from '../src/server/server-record.js';
import { reasonToSkipServer, until } from './support/temporal-cli.js';

const skip = reasonToSkipServer();
const built = new URL('../dist/server/ensure-temporal.js', import.meta.url).href;
const builtHome = new URL('../dist/home/campaign-home.js', import.meta.url).href;

let home: CampaignHome;
let lines: string[];
/** Ports of this file's own: servers of other tests and other programs would take the usual ones as soon as they are free. */
let nextPort = 12_000 + (process.pid % 100) * 100;
const handles: TemporalHandle[] = [];
const servers: ProcessIdentity[] = [];

async function ensure(): Promise<TemporalHandle> {
  const handle = await ensureTemporal({ home, log: (line) => lines.push(line) });
  handles.push(handle);
  await serverOf(home);
  return handle;
}

/** The server's process, noted so that the end of the test can look for orphans. */
async function serverOf(of: CampaignHome): Promise<ProcessIdentity> {
  const server = (await readServerRecord(of))?.process;
  if (server == null) throw new Error('no server is recorded');
  servers.push(server);
  return server;
}

beforeEach(() => {
  home = new CampaignHome(mkdtempSync(join(tmpdir(), 'geoscribe-temporal-')));
  lines = [];
  mkdirSync(home.temporal);
  writeFileSync(home.temporalServer, JSON.stringify({ port: nextPort++, uiPort: nextPort++, cliVersion: '', process: null }));
  // Whoever runs the tests may have a server or a profile of their own.
  vi.stubEnv('TEMPORAL_ADDRESS', undefined);
  vi.stubEnv('TEMPORAL_CONFIG_FILE', join(home.root, 'no-profile.toml'));
});

afterEach(async () => {
  for (const handle of handles.splice(0)) await handle.stop();
  vi.unstubAllEnvs();
  rmSync(home.root, { recursive: true });
});

afterAll(() => {
  expect(servers.filter((server) => isProcessAlive(server) !== false)).toEqual([]);
});

describe.skipIf(skip !== null)('the Temporal server of a home', () => {
  test('starts, knows our search attributes, keeps history for years, stops', async () => {
    const handle = await ensure();
    expect(handle).toMatchObject({ namespace: 'default', owned: true, searchAttributes: true });
    expect((await fetch(handle.uiUrl ?? '')).status).toBe(200);

    const connection = await Connection.connect({ address: handle.address });
    const { workflow } = new Client({ connection });
    await workflow.start('nobodyServesThis', {
      workflowId: 'campaign-a',
      taskQueue: 'nobody',
      searchAttributes: { CampaignStage: ['proofreading'], CasesPending: [3] },
    });
    await until(async () => (await workflow.count('CampaignStage = "proofreading" AND CasesPending = 3')).count === 1);
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(retentionSeconds);
    await connection.close();

    const server = await serverOf(home);
    await handle.stop();
    expect(isProcessAlive(server)).toBe(false);
    expect(await isServerReady(handle.address, 'default')).toBe(false);
    await expect(locateTemporal(home)).rejects.toThrow('No Temporal server runs for this home');

    const again = await ensure();
    expect([again.address, again.uiUrl]).toEqual([handle.address, handle.uiUrl]);
    const reopened = await Connection.connect({ address: again.address });
    const described = await new Client({ connection: reopened }).workflow.getHandle('campaign-a').describe();
    expect(described.searchAttributes.CasesPending).toEqual([3]);
    await reopened.close();
    expect(lines).toEqual([]);
  });

  test('is shared by those who ask for it, and only its owner ends it', async () => {
    const [first, second] = await Promise.all([ensure(), ensure()]);
    expect([first?.owned, second?.owned].sort()).toEqual([false, true]);
    expect(second?.address).toBe(first?.address);
    const { address, uiUrl } = await locateTemporal(home);
    expect({ address, uiUrl }).toEqual({ address: first?.address, uiUrl: first?.uiUrl });
    const guest = first?.owned === true ? second : first;
    await guest?.stop();
    expect(await isServerReady(address, 'default')).toBe(true);
  });

  test('comes back at the same address when it crashes', async () => {
    const { address } = await ensure();
    const crashed = await serverOf(home);
    process.kill(crashed.pid, 'SIGKILL');
    await until(async () => (await readServerRecord(home))?.process?.pid !== crashed.pid);
    const restarted = await serverOf(home);
    expect(isProcessAlive(restarted)).toBe(true);
    expect(await isServerReady(address, 'default')).toBe(true);
    expect(lines[0]).toContain('Temporal server ended');
  });

  test('stops although it is just being started again', async () => {
    const handle = await ensure();
    process.kill((await serverOf(home)).pid, 'SIGKILL');
    await until(() => lines.length > 0);
    await handle.stop();
    expect(await isServerReady(handle.address, 'default')).toBe(false);
  });

  test('takes other ports where the usual ones are in use', async () => {
    const other = createServer();
    const wanted = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    const record = { port: wanted, uiPort: wanted, cliVersion: '0', process: null };
    writeFileSync(home.temporalServer, JSON.stringify(record));
    const { address, uiUrl } = await ensure();
    const ports = [address, uiUrl ?? ''].map((url) => Number(url.split(':').at(-1)));
    expect(ports).not.toContain(wanted);
    expect(Math.min(...ports)).toBeGreaterThan(wanted);
    expect(new Set(ports).size).toBe(2);
    await new Promise((resolve) => other.close(resolve));
  });

  test('ends when the process that owns it is killed, and the next owner starts another', async () => {
    const script = `
      const { ensureTemporal } = await import(${JSON.stringify(built)});
      const { CampaignHome } = await import(${JSON.stringify(builtHome)});
      await ensureTemporal({ home: new CampaignHome(${JSON.stringify(home.root)}), log: () => {} });
      console.log('ready');`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    const first = await serverOf(home);
    expect(isProcessAlive(first)).toBe(true);
    owner.kill('SIGKILL');
    // Before anybody else starts a server: that would end this one as a leftover.
    await until(() => !isProcessAlive(first));
    const handle = await ensure();
    expect(handle.owned).toBe(true);
    expect((await serverOf(home)).pid).not.toBe(first.pid);
  });

  test('a server that nobody guards any more is ended before the next one starts', async () => {
    const cli = findTemporalCli().path;
    const [port, uiPort] = [nextPort++, nextPort++];
    const ports = ['--port', String(port), '--ui-port', String(uiPort)];
    const arguments_ = ['server', 'start-dev', '--db-filename', home.temporalDatabase, ...ports, '--log-level', 'never'];
    const orphan = spawn(cli, arguments_, { stdio: 'ignore' });
    onTestFinished(() => void orphan.kill('SIGKILL'));
    await until(() => isServerReady(`127.0.0.1:${port}`, 'default'));
    const server = identifyProcess(orphan.pid ?? 0);
    const cliVersion = await temporalCliVersion(cli);
    writeFileSync(home.temporalVersion, cliVersion);
    writeFileSync(home.temporalServer, JSON.stringify({ port, uiPort, cliVersion, process: server }));
    expect((await ensure()).owned).toBe(true);
    expect(isProcessAlive(server)).toBe(false);
  });

  test('does not open the database of another version of the CLI', async () => {
    const handle = await ensure();
    await handle.stop();
    const version = readFileSync(home.temporalVersion, 'utf8').trim();
    writeFileSync(home.temporalVersion, '1.0.0\n');
    await expect(ensure()).rejects.toMatchObject({
      code: 'MissingLibraryError',
      message: expect.stringMatching(
        `^The Temporal database belongs to another version of the Temporal CLI \\(.*\\): expected Temporal CLI 1\\.0\\.0 but ` +
          `received ${version} .*TEMPORAL_CLI_PATH.*scribbles and artifacts stay\\.$`,
      ),
    });
    rmSync(home.temporalVersion);
    await expect(ensure()).rejects.toThrow('expected Temporal CLI an unknown version');
  });

  test('a database that is none ends the start with the log’s last line', async () => {
    writeFileSync(home.temporalDatabase, 'this is text, not a database '.repeat(100));
    writeFileSync(home.temporalVersion, await temporalCliVersion(findTemporalCli().path));
    await expect(ensure()).rejects.toMatchObject({
      code: 'TemporalUnreachableError',
      detail: { file: home.log('temporal'), received: expect.stringContaining('not a database') },
    });
  });

  test('with TEMPORAL_ADDRESS no server is started', async () => {
    const { address } = await ensure();
    const elsewhere = new CampaignHome(join(home.root, 'elsewhere'));
    vi.stubEnv('TEMPORAL_ADDRESS', address);
    const handle = await ensureTemporal({ home: elsewhere, log: (line) => lines.push(line) });
    expect(handle).toMatchObject({ address, namespace: 'default', owned: false, searchAttributes: true });
    expect(await readServerRecord(elsewhere)).toBeNull();
    expect(await locateTemporal(elsewhere)).toEqual({ address, namespace: 'default' });
  });

  test('a namespace that uses a name of ours for something else does without our search attributes', async () => {
    const { address } = await ensure();
    const connection = await Connection.connect({ address });
    await connection.operatorService.removeSearchAttributes({ namespace: 'default', searchAttributes: ['Dataset'] });
    await connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: { Dataset: 3 } });
    await connection.close();
    vi.stubEnv('TEMPORAL_ADDRESS', address);
    const handle = await ensureTemporal({ home, log: (line) => lines.push(line) });
    expect(handle.searchAttributes).toBe(false);
    expect(lines).toEqual([
      "Campaigns run without search attributes: another type is in use for Dataset. `geoscribe doctor` prints the administrator's command.",
    ]);
  });
});

test('an address where nobody answers is an error', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  await expect(ensureTemporal({ home, log: () => {} })).rejects.toMatchObject({ code: 'TemporalUnreachableError' });
});
