import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePhantomDataset } from '@geoscribe/core-io/testing';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder with phantoms, a campaign.yaml and homes, and the command line as a user calls it. */
export interface PhantomCampaign {
  folder: string;
  yaml: string;
  home(name: string): string;
  /** Runs a command to its end. */
  geoscribe(home: string, ...parameters: string[]): Promise<Outcome>;
  /** Starts `geoscribe up` and resolves when it serves. */
  up(home: string): Promise<ChildProcess>;
  /** Ends what is still running and removes the folder. */
  clean(): Promise<void>;
}

/** One full, two scribbled, one test case; a preliminary network that has seen next to nothing. */
export const phantomConfig = `name: phantoms
dataset: { dir: data }
cases:
  full: [phantom_000]
  scribbled: [phantom_001, phantom_002]
  test: phantom_003
precision: float32
threads: 1
baselines: []
preliminary: { epochs: 2, stepsPerEpoch: 4 }
fineTuning: { iterations: 1, epochs: 6, stepsPerEpoch: 6 }
`;

export async function phantomCampaign(config = phantomConfig): Promise<PhantomCampaign> {
  const folder = await mkdtemp(join(tmpdir(), 'geoscribe-e2e-'));
  const yaml = join(folder, 'campaign.yaml');
  await writePhantomDataset(join(folder, 'data'), { cases: 4, seed: 0, dims: [24, 24, 20] });
  await writeFile(yaml, config);
  const servers: ChildProcess[] = [];
  return {
    folder,
    yaml,
    home: (name) => join(folder, name),
    geoscribe: (home, ...parameters) => runToEnd(['--home', home, ...parameters], folder),
    async up(home) {
      const server = spawn(process.execPath, [main, '--home', home, 'up'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      servers.push(server);
      await Promise.race([once(server.stdout!, 'data'), failure(server)]);
      return server;
    },
    async clean() {
      for (const server of servers) await stop(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks a process to stop and waits until it has. */
export async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}

async function failure(server: ChildProcess): Promise<never> {
  let words = '';
  server.stderr!.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const [code] = (await once(server, 'exit')) as [number | null];
  throw new Error(`geoscribe up ended with ${code}: ${words}`);
}

async function runToEnd(parameters: string[], cwd: string): Promise<Outcome> {
  const child = spawn(process.execPath, [main, ...parameters], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const outcome = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (outcome.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (outcome.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...outcome };
}

/** Waits for a condition; the test's own timeout is the limit. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Engine children that a process started and that still live. */
export async function childrenOf(pid: number): Promise<number[]> {
  const mark = `GEOSCRIBE_PARENT_PID=${pid}\0`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (id) => {
      const environment = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
      return `${environment}\0`.includes(mark) ? Number(id) : null;
    }),
  );
  return found.filter((id) => id !== null);
}

/** Outputs of an activity that the memo of a home's store keeps. */
export async function remembered<T>(home: string, activity: string): Promise<T[]> {
  const folder = join(home, 'store', 'refs', 'memo', 'phantoms');
  const entries = await Promise.all((await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as { activity: string; output: T }));
  return entries.filter((entry) => entry.activity === activity).map(({ output }) => output);
}
