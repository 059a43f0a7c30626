import type { JobName, JobRequest, Jobs } from './jobs.js';
import { SupervisedChild, type ChildOptions, type RunOptions } from './child-process.js';

/**
 * Runs a job in a child process of its own and ends the child.
 *
 * @param options.signal sends `cancel`: the job stops at its next step, its last checkpoint valid; after `graceMs` the
 *   child is killed
 * @returns the job's result, plain JSON
 * Errors: the `GeoscribeError` that the job threw, code and detail intact; `OutOfMemoryError` where the child was killed,
 * `ChildCrashedError` where it ended otherwise, both with its last lines of stderr; `NoProgressError` after
 * `progressTimeoutMs` of silence; the signal's reason.
 */
export async function runInChild<K extends JobName>(
  job: K,
  request: JobRequest<K>,
  options: RunOptions & ChildOptions = {},
): Promise<Jobs[K]['output']> {
  options.signal?.throwIfAborted();
  const child = new SupervisedChild(options);
  try {
    return await child.run(job, request, options);
  } finally {
    await child.kill();
  }
}
