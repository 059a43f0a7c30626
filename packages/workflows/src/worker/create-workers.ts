import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { GeoscribeError, taskQueues, type Activities } from '@geoscribe/campaign';

const bundlePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

export type Queue = keyof typeof taskQueues;

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  activities: Activities;
  /** Which queues this process serves; a laptop serves all. */
  queues?: readonly Queue[];
  /** Accelerators: activities of the training queue at once. */
  trainingSlots?: number;
}

/** How long a shutting-down worker lets its activities leave a checkpoint. */
const shutdownGraceTime = '20 seconds';

/** One worker for each task queue, all with the same activities. Not yet running. */
export async function createWorkers(options: WorkersOptions): Promise<Worker[]> {
  const { connection, namespace, activities } = options;
  const base: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace,
    activities,
    shutdownGraceTime,
    // Heartbeats carry the progress that people watch; the SDK's default would let a minute pass between two.
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
  };
  const specific: Record<Queue, Partial<WorkerOptions>> = {
    control: { workflowBundle: { codePath: requireBundle() } },
    cpu: { maxConcurrentActivityTaskExecutions: 2 },
    train: { maxConcurrentActivityTaskExecutions: options.trainingSlots ?? 1 },
  };
  const queues = options.queues ?? (Object.keys(taskQueues) as Queue[]);
  return Promise.all(
    queues.map((queue) => Worker.create({ ...base, ...specific[queue], taskQueue: taskQueues[queue] })),
  );
}

function requireBundle(): string {
  if (!existsSync(bundlePath)) {
    throw new GeoscribeError('MissingLibraryError', 'The workflow bundle is missing', {
      expected: 'dist/workflow-bundle.js of @geoscribe/workflows',
      nextStep: 'Run `npm run setup`.',
    });
  }
  return bundlePath;
}

/** Runs workers until `signal` aborts, then shuts them down; activities get `shutdownGraceTime` to stop. */
export async function runWorkers(workers: readonly Worker[], signal: AbortSignal): Promise<void> {
  const shutdown = (): void => {
    for (const worker of workers) {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    }
  };
  signal.addEventListener('abort', shutdown, { once: true });
  if (signal.aborted) return;
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    signal.removeEventListener('abort', shutdown);
    shutdown();
  }
}
