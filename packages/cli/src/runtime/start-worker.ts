import { pino } from 'pino';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { FolderStore } from '@geoscribe/core-io/node';
import { ChildPool } from '@geoscribe/model';
import { createActivities } from '@geoscribe/workflows/activities';
import { connectWorker, createWorkers, runWorkers, type Queue, type TemporalTarget } from '@geoscribe/workflows/worker';
import type { CampaignHome } from '../home/campaign-home.js';
import { engineVersion } from './engine-version.js';

/** Idle children keep LibTorch loaded for the next prediction. */
const idleChildMs = 60_000;
/** Time a cancelled training has to stop at its next step. */
const graceMs = 15_000;

export interface RunningWorker {
  /** Settles when the workers have ended; rejects where one of them failed. */
  ended: Promise<void>;
  /** Lets activities stop at their next step, then ends workers and children. */
  stop(): Promise<void>;
}

/**
 * Serves task queues of a home in this process; its log is `logs/worker.log`, one JSON event a line.
 *
 * @param queues default all of them.
 */
export async function startWorker(home: CampaignHome, target: TemporalTarget, queues?: readonly Queue[]): Promise<RunningWorker> {
  await home.ensureFolder(home.logs);
  const log = pino({ base: null }, pino.destination({ dest: home.log('worker'), sync: false }));
  installLogger(log);
  const { connection, namespace } = await connectWorker(target);
  const children = new ChildPool({ idleMs: idleChildMs });
  const storeRoot = await home.ensureFolder(home.store);
  const activities = createActivities({ store: new FolderStore(storeRoot), storeRoot, version: engineVersion, children, graceMs, log });
  const workers = await createWorkers({ connection, namespace, activities, ...(queues === undefined ? {} : { queues }) });
  const stopping = new AbortController();
  const ended = runWorkers(workers, stopping.signal).finally(async () => {
    await children.close();
    await connection.close();
    log.flush();
  });
  // The caller awaits `ended` at its own time; a failure meanwhile is not an unhandled one.
  ended.catch(() => undefined);
  log.info({ address: target.address, namespace, queues: queues ?? 'all' }, 'worker started');
  return {
    ended,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

let installed = false;

/** Temporal's runtime takes one logger per process. */
function installLogger(log: pino.Logger): void {
  if (installed) return;
  installed = true;
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]](meta ?? {}, message)),
    shutdownSignals: [],
  });
}
