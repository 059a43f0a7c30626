import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GeoscribeError } from '@geoscribe/campaign';

export interface TemporalCli {
  path: string;
  source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'set-up';
}

/**
 * Finds the Temporal CLI: `TEMPORAL_CLI_PATH`, else `temporal` on the `PATH`, else the copy that set-up fetched.
 *
 * @param environment variables of the process.
 * @param start folder from which `.toolchain/temporal` is looked for upwards.
 * @throws GeoscribeError `MissingLibraryError` where there is none, or the variable names a file that does not exist.
 */
export function findTemporalCli(
  environment: NodeJS.ProcessEnv = process.env,
  start: string = dirname(fileURLToPath(import.meta.url)),
): TemporalCli {
  const configured = environment.TEMPORAL_CLI_PATH;
  if (configured) {
    if (existsSync(configured)) return { path: configured, source: 'TEMPORAL_CLI_PATH' };
    throw missing({ field: 'TEMPORAL_CLI_PATH', received: configured });
  }
  const onPath = (environment.PATH ?? '').split(delimiter).map(executableIn).find((path) => path !== undefined);
  if (onPath !== undefined) return { path: onPath, source: 'PATH' };
  const fetched = fetchedBySetUp(start);
  if (fetched !== undefined) return { path: fetched, source: 'set-up' };
  throw missing({ received: 'none in TEMPORAL_CLI_PATH, on the PATH or in .toolchain/temporal' });
}

const executableNames = process.platform === 'win32' ? ['temporal.exe'] : ['temporal'];

function executableIn(folder: string): string | undefined {
  if (folder === '') return undefined;
  return executableNames.map((name) => join(folder, name)).find((path) => existsSync(path));
}

function fetchedBySetUp(start: string): string | undefined {
  const folder = join(start, '.toolchain', 'temporal');
  if (existsSync(folder)) {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /^temporal(-cli.*)?(\.exe)?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))[0];
  }
  const parent = dirname(start);
  return parent === start ? undefined : fetchedBySetUp(parent);
}

function missing(detail: { field?: string; received: string }): GeoscribeError {
  return new GeoscribeError('MissingLibraryError', 'No Temporal CLI', {
    expected: 'an executable Temporal CLI',
    ...detail,
    nextStep: 'Run `npm run setup`, or install it and set TEMPORAL_CLI_PATH; TEMPORAL_ADDRESS names a server of your own.',
  });
}

const run = promisify(execFile);

/**
 * Version of a Temporal CLI, e.g. `1.9.1`.
 *
 * @throws GeoscribeError `MissingLibraryError` where the file does not run or is something else.
 */
export async function temporalCliVersion(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 30_000 }).catch((cause: unknown) => {
    const received = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new GeoscribeError('MissingLibraryError', 'The Temporal CLI does not run', { file: path, expected: 'its version', received }, { cause });
  });
  const version = /\bversion (\d\S*)/.exec(stdout)?.[1];
  if (version !== undefined) return version;
  throw new GeoscribeError('MissingLibraryError', 'Not a Temporal CLI', {
    file: path,
    expected: 'a version',
    received: JSON.stringify(stdout.slice(0, 80)),
  });
}
