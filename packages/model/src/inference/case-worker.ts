import { parentPort } from 'node:worker_threads';
import { toSentError, type SentError } from '../child/messages.js';
import { finishCase, prepareCase, type FinishTask, type PreparedCase, type PrepareTask } from './case-tasks.js';

/** Thread of `caseThread`: one task after another, each with one answer. */
export type CaseAnswer = { result: PreparedCase[] | null } | { error: SentError };

parentPort!.on('message', (task: PrepareTask | FinishTask) => {
  const work = task.kind === 'prepare' ? prepareCase(task) : finishCase(task);
  work.then(
    (result) => {
      const moved = (result ?? []).map(({ image }) => image.buffer as ArrayBuffer);
      parentPort!.postMessage({ result } satisfies CaseAnswer, moved);
    },
    (error: unknown) => parentPort!.postMessage({ error: toSentError(error, false) } satisfies CaseAnswer),
  );
});
