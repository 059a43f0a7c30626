import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { GeoscribeError } from '@geoscribe/campaign';
import { startGuarded, type GuardedProcess } from './guarded-process.js';
import { isServerReady, waitUntil } from './probe-server.js';

/** How long a server may take until it answers, ms. */
const readyTimeout = 60_000;
/** Pause before the first restart, and the longest, ms. */
const firstPause = 500;
const longestPause = 30_000;
/** A server that ran this long had no trouble starting, ms. */
const steady = 60_000;

export interface ServerCommand {
  path: string;
  arguments: readonly string[];
  address: string;
  namespace: string;
  /** File that gets the server's output. */
  log: string;
}

export interface SupervisedServer {
  stop(): Promise<void>;
}

/**
 * Starts a Temporal server, waits until it answers, and starts it again whenever it ends by itself, with growing pauses.
 *
 * @param onReady called with the server's process id each time it answers, also the first.
 * @throws GeoscribeError `TemporalUnreachableError` where the first start fails, with the end of the server's log.
 */
export async function superviseServer(
  command: ServerCommand,
  onReady: (pid: number) => Promise<void>,
  log: (line: string) => void,
): Promise<SupervisedServer> {
  const stopping = new AbortController();
  let current = await startServer(command, stopping.signal);
  try {
    await onReady(await current.pid);
  } catch (error) {
    await current.stop();
    throw error;
  }
  const supervising = (async () => {
    let pause = firstPause;
    for (;;) {
      const readyAt = performance.now();
      const { code, signal } = await current.exited;
      if (stopping.signal.aborted) return;
      if (performance.now() - readyAt > steady) pause = firstPause;
      log(`Temporal server ended (${signal ?? `exit code ${code}`}), starting it again`);
      const restarted = await restart(command, pause, stopping.signal, log);
      if (restarted === null) return;
      current = restarted;
      if (stopping.signal.aborted) return current.stop();
      pause = Math.min(2 * pause, longestPause);
      await onReady(await current.pid).catch((error: unknown) => log(String(error)));
      log(`Temporal server answers again at ${command.address}`);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await current.stop();
      await supervising;
    },
  };
}

/** Tries until it works; null when told to stop. */
async function restart(
  command: ServerCommand,
  firstWait: number,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<GuardedProcess | null> {
  for (let pause = firstWait; ; pause = Math.min(2 * pause, longestPause)) {
    await wait(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return null;
    try {
      return await startServer(command, signal);
    } catch (error) {
      if (signal.aborted) return null;
      log(error instanceof Error ? error.message : String(error));
    }
  }
}

async function startServer(command: ServerCommand, signal: AbortSignal): Promise<GuardedProcess> {
  const server = startGuarded(command.path, command.arguments, command.log);
  const ended = new AbortController();
  void server.exited.then(() => ended.abort());
  const giveUp = AbortSignal.any([signal, ended.signal]);
  const ready = await waitUntil(() => isServerReady(command.address, command.namespace), { timeout: readyTimeout, signal: giveUp });
  if (ready && !giveUp.aborted) return server;
  await server.stop();
  throw new GeoscribeError('TemporalUnreachableError', 'The Temporal server does not start', {
    file: command.log,
    expected: `an answer at ${command.address}`,
    received: ended.signal.aborted ? `\`${await lastLine(command.log)}\`` : 'no answer',
    nextStep: 'Read the log; `geoscribe doctor` tells what is installed.',
  });
}

async function lastLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').at(-1) ?? '';
}
