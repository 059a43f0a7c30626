import { Context } from '@temporalio/activity';
import type { Activities } from '@geoscribe/campaign';
import { writeReport } from '@geoscribe/model';
import type { ActivityContext } from './activity-context.js';
import { toFailure } from './failures.js';
import { importCase } from './import-case.js';
import { memoized } from './memo.js';
import { propagateCase } from './propagate-case.js';
import { runSupervised } from './supervised.js';

/**
 * The activities of a worker: each parses nothing, calls one engine step, and is answered from the memo where the same
 * step was done before. Errors of the engine become failures of the same name.
 */
export function createActivities(context: ActivityContext): Activities {
  const remembered =
    <Input extends { campaign: string }, Output>(name: string, step: (input: Input) => Promise<Output>) =>
    (input: Input): Promise<Output> =>
      failing(() => memoized(context, name, input, () => step(input)));
  return {
    // Not remembered: only reading the files tells whether they changed.
    importCase: (input) => failing(() => alive(() => importCase(input, context))),
    trainPreliminary: remembered('trainPreliminary', (input) => runSupervised('trainPreliminary', input, context)),
    predictCase: remembered('predictCase', (input) => runSupervised('predictCase', input, context)),
    propagateCase: remembered('propagateCase', (input) =>
      alive((signal) => propagateCase(input, context, signal)),
    ),
    fineTune: remembered('fineTune', (input) => runSupervised('fineTune', input, context)),
    evaluate: remembered('evaluate', (input) => runSupervised('evaluate', input, context)),
    exportModel: remembered('exportModel', (input) => runSupervised('exportModel', input, context)),
    writeReport: remembered('writeReport', (input) =>
      alive(() => writeReport(input, { store: context.store, now: new Date(), versions: { geoscribe: context.version } })),
    ),
  };
}

/** Time between heartbeats of a step that runs in the worker itself, ms. */
const pulseMs = 5_000;

/** Heartbeats while a short step runs in this process, so that a lost worker is noticed and a cancellation arrives. */
async function alive<T>(step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const activity = Context.current();
  const pulse = setInterval(() => activity.heartbeat(), pulseMs);
  try {
    return await step(activity.cancellationSignal);
  } finally {
    clearInterval(pulse);
  }
}

async function failing<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw toFailure(error);
  }
}
