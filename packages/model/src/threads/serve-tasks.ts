import { parentPort } from 'node:worker_threads';
import { toSentError, type SentError } from '../child/messages.js';

/** What a thread says of a task. */
export type TaskAnswer<Result> = { result: Result } | { error: SentError };

/**
 * Makes this thread one of a `ThreadPool`: one task after another, each with one answer.
 *
 * @param transfer memory of a result that is handed over instead of copied; none by default.
 */
export function serveTasks<Task, Result>(
  run: (task: Task) => Promise<Result>,
  transfer: (result: Result) => ArrayBuffer[] = () => [],
): void {
  const send = (answer: TaskAnswer<Result>, memory: ArrayBuffer[]): void => parentPort!.postMessage(answer, memory);
  parentPort!.on('message', (task: Task) => {
    run(task).then(
      (result) => send({ result }, transfer(result)),
      (error: unknown) => send({ error: toSentError(error, false) }, []),
    );
  });
}
