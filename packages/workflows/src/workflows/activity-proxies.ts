import { proxyActivities } from '@temporalio/workflow';
import { inputErrorTypes, taskQueues, type Activities, type CampaignState } from '@geoscribe/campaign';

/** Failures that repeating cannot mend. `NoProgressError` ends an activity that lost three attempts in a row. */
const nonRetryableErrorTypes = [
  ...inputErrorTypes,
  'NoProgressError',
  'NonFiniteLossError',
  'MissingLibraryError',
  'DeviceUnavailableError',
];

export type ActivityName = keyof Activities;

interface ActivityRoute {
  taskQueue: string;
  /** Infinity: tried until it succeeds or fails for good. */
  maximumAttempts: number;
}

const routes: Record<ActivityName, ActivityRoute> = {
  importCase: { taskQueue: taskQueues.cpu, maximumAttempts: 3 },
  trainPreliminary: { taskQueue: taskQueues.train, maximumAttempts: Infinity },
  predictCase: { taskQueue: taskQueues.train, maximumAttempts: 3 },
  propagateCase: { taskQueue: taskQueues.cpu, maximumAttempts: 3 },
  fineTune: { taskQueue: taskQueues.train, maximumAttempts: Infinity },
  evaluate: { taskQueue: taskQueues.train, maximumAttempts: 5 },
  exportModel: { taskQueue: taskQueues.train, maximumAttempts: 5 },
  writeReport: { taskQueue: taskQueues.cpu, maximumAttempts: 5 },
};

/** Schedules one activity; `summary` is what the Temporal UI shows beside its name. */
export function runActivity<K extends ActivityName>(
  state: CampaignState,
  name: K,
  input: Parameters<Activities[K]>[0],
  summary: string,
): Promise<Awaited<ReturnType<Activities[K]>>> {
  const route = routes[name];
  const proxy = proxyActivities<Activities>({
    taskQueue: route.taskQueue,
    startToCloseTimeout: '30 days',
    heartbeatTimeout: state.input.timeouts.heartbeatMs,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    summary,
    retry: {
      initialInterval: '1 second',
      backoffCoefficient: 2,
      maximumInterval: '1 minute',
      nonRetryableErrorTypes,
      ...(Number.isFinite(route.maximumAttempts) ? { maximumAttempts: route.maximumAttempts } : {}),
    },
  });
  const activity = proxy[name] as (input: Parameters<Activities[K]>[0]) => Promise<Awaited<ReturnType<Activities[K]>>>;
  return activity(input);
}
