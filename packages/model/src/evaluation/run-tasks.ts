import { availableParallelism } from 'node:os';
import { ThreadPool } from '../threads/thread-pool.js';
import { untilAborted } from '../threads/until-aborted.js';
import type { Task, TaskResults } from './tasks.js';

/** The compiled worker, also when this module runs from source. */
const workerFile = new URL('../../dist/evaluation/evaluation-worker.js', import.meta.url);

/**
 * Does tasks in threads, one for each core.
 *
 * @param tasks all of one kind.
 * @param options.onDone called after each with the number of those done.
 * @returns results in the order of the tasks.
 * @throws the first error of a task, which ends the others; the signal's reason; `OutOfMemoryError` and
 *   `ChildCrashedError` where a thread ends.
 */
export async function runTasks<K extends Task['kind']>(
  tasks: readonly Extract<Task, { kind: K }>[],
  { signal, onDone }: { signal: AbortSignal; onDone: (done: number) => void },
): Promise<TaskResults[K][]> {
  signal.throwIfAborted();
  const nameOf = ({ files }: Task): string => files.prediction;
  const pool = new ThreadPool<Task, TaskResults[K]>({ file: workerFile, size: availableParallelism(), nameOf });
  let done = 0;
  const run = async (task: Task): Promise<TaskResults[K]> => {
    const result = await pool.run(task);
    onDone(++done);
    return result;
  };
  try {
    return await untilAborted(signal, Promise.all(tasks.map(run)));
  } finally {
    await pool.close();
  }
}
