import { Worker } from 'node:worker_threads';
import { GeoscribeError } from '@geoscribe/campaign';
import { fromSentError } from '../child/messages.js';
import type { TaskAnswer } from './serve-tasks.js';

interface Waiting<Task> {
  task: Task;
  moved: readonly ArrayBuffer[];
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * Threads that do tasks, started as they are needed.
 *
 * A thread that ends fails its task and is replaced for the next one.
 */
export class ThreadPool<Task, Result> {
  readonly #file: URL;
  readonly #size: number;
  readonly #nameOf: (task: Task) => string;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Waiting<Task>>();
  readonly #queue: Waiting<Task>[] = [];
  /** What a task is told that is not done when the pool closes, or comes later. */
  #undone: ((task: Task) => Error) | null = null;
  #closing: Promise<void> | null = null;

  /**
   * @param options.file compiled module that calls `serveTasks`.
   * @param options.size most threads at a time.
   * @param options.nameOf what an error about a thread's end calls the task: its file or case.
   */
  constructor({ file, size, nameOf }: { file: URL; size: number; nameOf: (task: Task) => string }) {
    this.#file = file;
    this.#size = size;
    this.#nameOf = nameOf;
  }

  /**
   * @param moved memory of the task that goes over to the thread when it begins, and is lost here.
   * @throws the task's error, with its code and detail; `OutOfMemoryError` and `ChildCrashedError` where the thread ends;
   *   as `close` says where the pool is closed; `DataCloneError` or `TypeError` for a task that cannot be sent.
   */
  run(task: Task, moved: readonly ArrayBuffer[] = []): Promise<Result> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#undone !== null) throw this.#undone(task);
      this.#queue.push({ task, moved, resolve, reject });
      this.#advance();
    }) as Promise<Result>;
  }

  /**
   * Ends the threads, whatever they do; resolves once they are gone.
   *
   * @param reason what tasks that are not done fail with, at once; by default a `ChildCrashedError` that names the task.
   */
  close(reason?: Error): Promise<void> {
    return (this.#closing ??= this.#end(reason));
  }

  async #end(reason?: Error): Promise<void> {
    const undone = (task: Task): Error =>
      reason ?? new GeoscribeError('ChildCrashedError', 'The threads were closed before the task was done', { file: this.#nameOf(task) });
    this.#undone = undone;
    const workers = [...this.#idle, ...this.#busy.keys()];
    const open = [...this.#busy.values(), ...this.#queue];
    this.#queue.length = 0;
    this.#idle.length = 0;
    this.#busy.clear();
    for (const { task, reject } of open) reject(undone(task));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #advance(): void {
    while (this.#queue.length > 0 && this.#busy.size < this.#size) {
      const waiting = this.#queue.shift()!;
      const worker = this.#idle.pop() ?? this.#start();
      try {
        // Node 20 drops a message whose memory is gone already, without an error; a view of such memory is a TypeError.
        for (const memory of waiting.moved) new Uint8Array(memory);
        worker.postMessage(waiting.task, waiting.moved);
        this.#busy.set(worker, waiting);
      } catch (error) {
        this.#idle.push(worker);
        waiting.reject(error as Error);
      }
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#file);
    worker.on('message', (answer: TaskAnswer<Result>) => {
      const waiting = this.#busy.get(worker);
      if (waiting === undefined) return;
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if ('result' in answer) waiting.resolve(answer.result);
      else waiting.reject(answer.error.kind === 'cancelled' ? new Error('cancelled') : fromSentError(answer.error));
      this.#advance();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker));
    return worker;
  }

  #ended(worker: Worker, cause?: NodeJS.ErrnoException): void {
    const waiting = this.#busy.get(worker);
    this.#busy.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    waiting?.reject(this.#crash(waiting.task, cause));
    this.#advance();
  }

  #crash(task: Task, cause?: NodeJS.ErrnoException): GeoscribeError {
    const file = this.#nameOf(task);
    const options = cause === undefined ? undefined : { cause };
    return cause?.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? new GeoscribeError('OutOfMemoryError', 'A case does not fit into memory', { file, nextStep: 'Use a machine with more memory.' }, options)
      : new GeoscribeError('ChildCrashedError', `The thread of a case ended${cause === undefined ? '' : `: ${cause.message}`}`, { file }, options);
  }
}
