import { Worker } from 'node:worker_threads';
import { GeoscribeError } from '@geoscribe/campaign';
import { fromSentError } from '../child/messages.js';
import type { CaseTaskResults, FinishTask, PrepareTask } from './case-tasks.js';
import type { CaseAnswer } from './case-worker.js';

type CaseTask = PrepareTask | FinishTask;

/** A thread that does one task after another. */
export interface CaseThread {
  /**
   * @param moved memory that goes over to the thread and is lost here
   * @throws the error of the task; `OutOfMemoryError` and `ChildCrashedError` where the thread ends, the next task gets a new one.
   */
  run<T extends CaseTask>(task: T, moved?: ArrayBuffer[]): Promise<CaseTaskResults[T['kind']]>;
  close(): Promise<void>;
}

/** The compiled worker, also when this module runs from source. */
const workerFile = new URL('../../dist/inference/case-worker.js', import.meta.url);

export function caseThread(): CaseThread {
  let worker: Worker | null = null;
  return {
    run: (task, moved = []) =>
      new Promise((resolve, reject) => {
        const thread = (worker ??= new Worker(workerFile));
        const settle = (act: () => void): void => {
          thread.off('message', receive).off('error', fail).off('exit', end);
          act();
        };
        const receive = (answer: CaseAnswer): void =>
          settle(() => {
            if ('result' in answer) resolve(answer.result as never);
            else reject(answer.error.kind === 'cancelled' ? new Error('cancelled') : fromSentError(answer.error));
          });
        const fail = (error: NodeJS.ErrnoException): void => {
          worker = null;
          settle(() => reject(crash(error)));
        };
        const end = (): void => {
          worker = null;
          settle(() => reject(new GeoscribeError('ChildCrashedError', 'The thread of a case ended')));
        };
        thread.on('message', receive).on('error', fail).on('exit', end);
        thread.postMessage(task, moved);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}

function crash(error: NodeJS.ErrnoException): GeoscribeError {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new GeoscribeError('OutOfMemoryError', 'A case does not fit into memory', { nextStep: 'Use a machine with more memory.' }, { cause: error })
    : new GeoscribeError('ChildCrashedError', `The thread of a case ended: ${error.message}`, {}, { cause: error });
}
