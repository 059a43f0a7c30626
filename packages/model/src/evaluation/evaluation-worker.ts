import { parentPort } from 'node:worker_threads';
import { toSentError, type SentError } from '../child/messages.js';
import { runTask, type DrawnCase, type ScoredCase, type Task } from './tasks.js';

/** Thread of `runTasks`: one task after another, each with one answer. */
export type TaskAnswer = { result: ScoredCase | DrawnCase } | { error: SentError };

parentPort!.on('message', (task: Task) => {
  runTask(task).then(
    (result) => parentPort!.postMessage({ result } satisfies TaskAnswer),
    (error: unknown) => parentPort!.postMessage({ error: toSentError(error, false) } satisfies TaskAnswer),
  );
});
