import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { GeoscribeError } from '@geoscribe/campaign';
import { identifyProcess, tryLock } from '@geoscribe/core-io/node';
import { findTemporalCli, temporalCliVersion } from '@geoscribe/workflows/client';
import type { CampaignHome } from '../home/campaign-home.js';
import { freePort } from './free-port.js';
import { waitUntil } from './probe-server.js';
import { isServerRunning, readServerRecord, writeServerRecord, type ServerRecord } from './server-record.js';
import { superviseServer, type SupervisedServer } from './supervise-server.js';

/** Ports of the dev server and its web page where they are free. */
const defaultPorts = { port: 7233, uiPort: 8233 };
/** The namespace that every dev server has. */
export const ownNamespace = 'default';
const startAttempts = 3;

/** How long a server of a process that ended may take to end too, ms. */
const leftoverTimeout = 15_000;

export interface OwnServer {
  address: string;
  uiUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts the Temporal server of a home, or returns null where another process of this machine runs it.
 *
 * @throws GeoscribeError `MissingLibraryError` without a Temporal CLI, or with one of another version than the one that
 * made the database; `TemporalUnreachableError` where the server does not start.
 */
export async function startOwnServer(home: CampaignHome, log: (line: string) => void): Promise<OwnServer | null> {
  await home.ensureFolder(home.temporal);
  const lock = await tryLock(`${home.temporalServer}.lock`);
  if (!lock.acquired) return null;
  try {
    const previous = await readServerRecord(home);
    await endLeftover(previous);
    const cli = findTemporalCli();
    const cliVersion = await temporalCliVersion(cli.path);
    await claimDatabase(home, cliVersion, cli.path);
    await home.ensureFolder(home.logs);
    const { server, record } = await startOnFreePorts(home, { cliPath: cli.path, cliVersion, previous }, log);
    const address = `127.0.0.1:${record.port}`;
    const { uiPort } = record;
    return {
      address,
      uiUrl: `http://127.0.0.1:${uiPort}`,
      async stop() {
        await server.stop();
        await writeServerRecord(home, record);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Between looking for a free port and using it another process may take it: a failed start is tried on other ports. */
async function startOnFreePorts(
  home: CampaignHome,
  { cliPath, cliVersion, previous }: { cliPath: string; cliVersion: string; previous: ServerRecord | null },
  log: (line: string) => void,
): Promise<{ server: SupervisedServer; record: ServerRecord }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(previous?.port ?? defaultPorts.port);
    const uiPort = await freePort(previous?.uiPort ?? defaultPorts.uiPort, [port]);
    const record: ServerRecord = { port, uiPort, cliVersion, process: null };
    const command = { path: cliPath, arguments: serverArguments(home, record), address: `127.0.0.1:${port}`, namespace: ownNamespace, log: home.log('temporal') };
    try {
      const server = await superviseServer(command, (pid) => writeServerRecord(home, { ...record, process: identifyProcess(pid) }), log);
      return { server, record };
    } catch (error) {
      if (attempt === startAttempts) throw error;
    }
  }
}

function serverArguments(home: CampaignHome, { port, uiPort }: ServerRecord): string[] {
  return [
    ...['server', 'start-dev', '--db-filename', home.temporalDatabase],
    ...['--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort), '--ui-disable-news-fetch'],
    ...['--log-level', 'warn', '--log-format', 'json'],
  ];
}

/** The dev server does not upgrade databases: one version of the CLI for the life of a database. */
async function claimDatabase(home: CampaignHome, cliVersion: string, cliPath: string): Promise<void> {
  if (!existsSync(home.temporalDatabase)) return writeFile(home.temporalVersion, `${cliVersion}\n`);
  const written = await readFile(home.temporalVersion, 'utf8').catch(() => 'an unknown version');
  if (written.trim() === cliVersion) return;
  throw new GeoscribeError('MissingLibraryError', 'The Temporal database belongs to another version of the Temporal CLI', {
    file: home.temporalDatabase,
    expected: `Temporal CLI ${written.trim()}`,
    received: `${cliVersion} (${cliPath})`,
    nextStep:
      `Set TEMPORAL_CLI_PATH to that version, or move the folder ${home.temporal} away: campaigns then start anew, ` +
      'scribbles and artifacts stay.',
  });
}

/** A server whose supervisor was killed ends by itself; one whose guard was killed too is ended here. */
async function endLeftover(record: ServerRecord | null): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (record?.process == null || !isServerRunning(record)) return;
    sendSignal(record.process.pid, signal);
    await waitUntil(() => !isServerRunning(record), { timeout: leftoverTimeout });
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
