import { Context } from '@temporalio/activity';
import type { Progress } from '@geoscribe/campaign';
import type { JobName, Jobs } from '@geoscribe/model';
import type { ActivityContext } from './activity-context.js';
import { AttemptLedger } from './attempts.js';

/**
 * Runs an engine step in the supervised child of this worker.
 *
 * Heartbeats are the child's progress reports and nothing else: a child that hangs stops them, and Temporal gives the
 * work to another attempt, which resumes from the last checkpoint in the store. Cancellation is forwarded; the child
 * has `graceMs` to stop.
 */
export async function runSupervised<K extends JobName>(
  job: K,
  input: Jobs[K]['input'],
  { children, storeRoot, graceMs, log }: ActivityContext,
): Promise<Jobs[K]['output']> {
  const activity = Context.current();
  const ledger = new AttemptLedger(storeRoot, job, input);
  let noted: string | undefined;
  const onProgress = (progress: Progress): void => {
    ledger.observe(progress);
    if (progress.resumedFromEpoch !== undefined) {
      log.info({ job, attempt: activity.info.attempt, epoch: progress.resumedFromEpoch }, 'resumed from checkpoint');
    }
    if (progress.note !== undefined && progress.note !== noted) {
      noted = progress.note;
      log.warn({ job }, noted);
    }
    activity.heartbeat(progress);
  };
  try {
    const output = await children.run(activity.info.taskQueue, job, { storeRoot, input }, {
      signal: activity.cancellationSignal,
      onProgress,
      graceMs,
    });
    await ledger.succeeded();
    return output;
  } catch (error) {
    throw await ledger.failed(error);
  }
}
