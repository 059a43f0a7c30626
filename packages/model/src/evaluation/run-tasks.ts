import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { GeoscribeError } from '@geoscribe/campaign';
import { fromSentError } from '../child/messages.js';
import type { TaskAnswer } from './evaluation-worker.js';
import type { Task, TaskResults } from './tasks.js';

/** The compiled worker, also when this module runs from source. */
const workerFile = new URL('../../dist/evaluation/evaluation-worker.js', import.meta.url);

/**
 * Does tasks in threads, one for each core and no more than tasks.
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
  const workers = tasks.slice(0, availableParallelism()).map(() => new Worker(workerFile));
  const results: TaskResults[K][] = [];
  let [next, done] = [0, 0];
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  const work = async (worker: Worker): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      results[index] = (await ask(worker, tasks[index]!)) as TaskResults[K];
      onDone(++done);
    }
  };
  try {
    await Promise.race([Promise.all(workers.map(work)), stopped]);
    return results;
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, task: Task): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', receive).off('error', fail).off('exit', end);
      act();
    };
    const receive = (answer: TaskAnswer): void =>
      settle(() => ('result' in answer ? resolve(answer.result) : reject(answer.error.kind === 'cancelled' ? new Error('cancelled') : fromSentError(answer.error))));
    const fail = (error: NodeJS.ErrnoException): void => settle(() => reject(crash(error.code === 'ERR_WORKER_OUT_OF_MEMORY', task, error)));
    const end = (): void => settle(() => reject(crash(false, task)));
    worker.on('message', receive).on('error', fail).on('exit', end);
    worker.postMessage(task);
  });
}

function crash(outOfMemory: boolean, { files }: Task, cause?: Error): GeoscribeError {
  const options = cause === undefined ? undefined : { cause };
  return outOfMemory
    ? new GeoscribeError('OutOfMemoryError', 'A case does not fit into memory', { file: files.prediction, nextStep: 'Use a machine with more memory.' }, options)
    : new GeoscribeError('ChildCrashedError', `The thread of a case ended${cause === undefined ? '' : `: ${cause.message}`}`, { file: files.prediction }, options);
}
