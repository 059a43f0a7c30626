import { Worker } from 'node:worker_threads';
import type { Progress } from '@geoscribe/campaign';
import type { JobName, JobRequest } from './jobs.js';
import { toSentError, type ChildMessage, type ParentMessage } from './messages.js';

export type RunJob = (
  job: JobName,
  request: JobRequest<JobName>,
  options: { signal: AbortSignal; progress: (progress: Progress) => void },
) => Promise<unknown>;

/** After losing the channel, time for a running step to come to its end, ms. */
const graceAfterDisconnect = 2000;

/**
 * Makes this process a supervised child: runs one job at a time for the parent that forked it, and ends within seconds
 * of losing that parent, whatever its threads do.
 */
export function serve(runJob: RunJob): void {
  let running: AbortController | null = null;
  const parent = Number(process.env['GEOSCRIBE_PARENT_PID'] ?? process.ppid);
  new Worker(new URL('./parent-watch.js', import.meta.url), { workerData: { parent } }).unref();

  const send = (message: ChildMessage): void => {
    if (process.connected) process.send!(message);
  };
  const run = async (job: JobName, request: JobRequest<JobName>): Promise<void> => {
    const control = new AbortController();
    running = control;
    let answer: ChildMessage;
    try {
      const result = await runJob(job, request, {
        signal: control.signal,
        progress: (progress) => send({ type: 'progress', progress }),
      });
      answer = { type: 'result', result };
    } catch (error) {
      answer = { type: 'error', error: toSentError(error, control.signal.aborted) };
    }
    running = null;
    send(answer);
  };

  process.on('message', (message: ParentMessage) => {
    if (message.type === 'run') void run(message.job, message.request);
    else running?.abort(new Error('cancelled by the parent'));
  });
  // Ctrl-C reaches the whole group of processes; when to stop is the parent's to say.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => {
    // SIGKILL, not exit: native threads may be at work, and what is written is whole at any time.
    const end = (): void => {
      process.kill(process.pid, 'SIGKILL');
    };
    if (running === null) end();
    running?.abort(new Error('the parent is gone'));
    setTimeout(end, graceAfterDisconnect);
  });
}
