import { loadClientConnectConfig } from '@temporalio/envconfig';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { GeoscribeError } from '@geoscribe/campaign';
import { connectClient } from '@geoscribe/workflows/client';
import type { CampaignHome } from '../home/campaign-home.js';
import { ownNamespace, startOwnServer } from './own-server.js';
import { addSearchAttributes, raiseRetention } from './prepare-namespace.js';
import { isServerReady, waitUntil } from './probe-server.js';
import { isServerRunning, readServerRecord } from './server-record.js';

/** How long the server of another process of this home may take until it answers, ms. */
const otherStartTimeout = 60_000;
/** Limit for looking at a namespace and changing it, ms. */
const prepareTimeout = 30_000;

/** A Temporal server to work with. */
export interface TemporalHandle {
  address: string;
  namespace: string;
  /** Temporal's web page, of a server of ours. */
  uiUrl?: string;
  /** True where this process started the server and ends it. */
  owned: boolean;
  /** False where campaigns of this namespace must do without our search attributes. */
  searchAttributes: boolean;
  /** Ends the server if it is owned. */
  stop(): Promise<void>;
}

export interface EnsureTemporalOptions {
  home: CampaignHome;
  log: (line: string) => void;
}

/**
 * Gives a Temporal server that is ready for campaigns: the one that `TEMPORAL_ADDRESS` or a profile names, else the
 * home's own, which is started and supervised unless another process already does so.
 *
 * The namespace gets our search attributes where it lets us; the history of a server of ours is kept for ten years.
 *
 * @throws GeoscribeError `TemporalUnreachableError` where no server answers; `MissingLibraryError` without a fitting
 * Temporal CLI.
 */
export async function ensureTemporal({ home, log }: EnsureTemporalOptions): Promise<TemporalHandle> {
  const located = configuredServer() ?? (await startedServer(home, log));
  try {
    const { connection } = await connectClient(located.server);
    try {
      const deadline = Date.now() + prepareTimeout;
      const searchAttributes = await connection.withDeadline(deadline, () => prepare(connection, located, log));
      return { ...located.server, searchAttributes };
    } finally {
      await connection.close();
    }
  } catch (error) {
    await located.server.stop();
    throw isGrpcServiceError(error) ? stoppedAnswering(located.server.address, error) : error;
  }
}

interface LocatedServer {
  server: Omit<TemporalHandle, 'searchAttributes'>;
  /** True where the home's server answers, whoever started it. */
  ours: boolean;
}

/**
 * The server that campaigns of this home run on, without starting one.
 *
 * @throws GeoscribeError `TemporalUnreachableError` where none is configured and none of ours runs.
 */
export async function locateTemporal(home: CampaignHome): Promise<Pick<TemporalHandle, 'address' | 'namespace' | 'uiUrl'>> {
  const located = configuredServer() ?? (await runningServer(home));
  if (located === null) throw notRunning(home);
  const { address, namespace, uiUrl } = located.server;
  return { address, namespace, ...(uiUrl === undefined ? {} : { uiUrl }) };
}

function configuredServer(): LocatedServer | null {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  if (!connectionOptions.address) return null;
  const { address } = connectionOptions;
  return { server: { address, namespace: namespace ?? 'default', owned: false, stop: async () => {} }, ours: false };
}

/** Starts the home's server, or waits for the one that another process is starting; should that fail, takes over. */
async function startedServer(home: CampaignHome, log: (line: string) => void): Promise<LocatedServer> {
  let located: LocatedServer | null = null;
  const tryBoth = async (): Promise<boolean> => {
    const started = await startOwnServer(home, log);
    if (started === null) located = await runningServer(home);
    else located = { server: { ...started, namespace: ownNamespace, owned: true }, ours: true };
    return located !== null;
  };
  await waitUntil(tryBoth, { timeout: otherStartTimeout });
  if (located === null) throw notRunning(home);
  return located;
}

async function runningServer(home: CampaignHome): Promise<LocatedServer | null> {
  const record = await readServerRecord(home);
  if (record === null || !isServerRunning(record)) return null;
  const address = `127.0.0.1:${record.port}`;
  if (!(await isServerReady(address, ownNamespace))) return null;
  const uiUrl = `http://127.0.0.1:${record.uiPort}`;
  return { server: { address, namespace: ownNamespace, uiUrl, owned: false, stop: async () => {} }, ours: true };
}

async function prepare(
  connection: Connection,
  { server: { namespace }, ours }: LocatedServer,
  log: (line: string) => void,
): Promise<boolean> {
  if (ours) await raiseRetention(connection, namespace);
  const problem = await addSearchAttributes(connection, namespace);
  if (problem !== null) {
    log(`Campaigns run without search attributes: ${problem}. \`geoscribe doctor\` prints the administrator's command.`);
  }
  return problem === null;
}

function notRunning(home: CampaignHome): GeoscribeError {
  return new GeoscribeError('TemporalUnreachableError', 'No Temporal server runs for this home', {
    file: home.root,
    expected: 'a server that answers',
    received: 'none',
    nextStep: 'Start one with `geoscribe up`, or set TEMPORAL_ADDRESS.',
  });
}

function stoppedAnswering(address: string, cause: Error): GeoscribeError {
  const detail = { expected: `answers from ${address}`, received: cause.message, nextStep: 'Try again.' };
  return new GeoscribeError('TemporalUnreachableError', 'The Temporal server stopped answering', detail, { cause });
}
