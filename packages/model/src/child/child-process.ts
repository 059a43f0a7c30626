import { fork, type ChildProcess as NodeChild } from 'node:child_process';
import { GeoscribeError, type Progress } from '@geoscribe/campaign';
import type { JobName, JobRequest, Jobs } from './jobs.js';
import { fromSentError, type ChildMessage, type ParentMessage } from './messages.js';

export interface RunOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Time that a cancelled job has to come to its next step before it is killed, ms; default 20,000. */
  graceMs?: number;
  /** Longest silence of the job before it is killed, ms; default none. */
  progressTimeoutMs?: number;
}

export interface ChildOptions {
  /** Added to the parent's environment. */
  env?: Record<string, string>;
  /** Module that calls `serve`; default the engine's. */
  main?: URL;
}

/** The compiled child, also when this module runs from source. */
const engineMain = new URL('../../dist/child/main.js', import.meta.url);
const keptLines = 20;

/** One forked child; runs one job at a time. It never keeps the parent alive unless a job runs. */
export class SupervisedChild {
  readonly #process: NodeChild;
  readonly #lastLines: string[] = [];
  #busy = false;
  #ended = false;

  constructor({ env = {}, main = engineMain }: ChildOptions = {}) {
    this.#process = fork(main, {
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...env, GEOSCRIBE_PARENT_PID: String(process.pid) },
      // Not the parent's: a debugger's or test runner's flags would be wrong there.
      execArgv: [],
    });
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    const end = (): void => {
      this.#ended = true;
    };
    this.#process.once('exit', end);
    // The process could not be started, or not be killed.
    this.#process.once('error', end);
    this.#keepAlive(false);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get usable(): boolean {
    return !this.#ended && !this.#busy && this.#process.connected;
  }

  /** Runs a job; see `runInChild`. */
  async run<K extends JobName>(job: K, request: JobRequest<K>, options: RunOptions = {}): Promise<Jobs[K]['output']> {
    options.signal?.throwIfAborted();
    this.#busy = true;
    this.#keepAlive(true);
    try {
      return await this.#supervise(job, request, options);
    } finally {
      this.#busy = false;
      this.#keepAlive(false);
    }
  }

  /** Ends the process and resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#ended) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.ref();
    this.#process.kill('SIGKILL');
    await gone;
  }

  #supervise<K extends JobName>(job: K, request: JobRequest<K>, options: RunOptions): Promise<Jobs[K]['output']> {
    const { signal, onProgress, graceMs = 20_000, progressTimeoutMs } = options;
    const child = this.#process;
    let timeout: NodeJS.Timeout | undefined;
    let grace: NodeJS.Timeout | undefined;
    let silent = false;

    return new Promise<Jobs[K]['output']>((resolve, reject) => {
      const watch = (): void => {
        clearTimeout(timeout);
        if (progressTimeoutMs === undefined) return;
        timeout = setTimeout(() => {
          silent = true;
          child.kill('SIGKILL');
        }, progressTimeoutMs);
      };
      const cancel = (): void => {
        this.#send({ type: 'cancel' });
        clearTimeout(timeout);
        grace = setTimeout(() => child.kill('SIGKILL'), graceMs);
      };
      const finish = (settle: () => void): void => {
        clearTimeout(timeout);
        clearTimeout(grace);
        signal?.removeEventListener('abort', cancel);
        child.off('message', receive);
        child.off('close', ended);
        child.off('error', failed);
        settle();
      };
      const receive = (message: ChildMessage): void => {
        if (message.type === 'progress') {
          if (!signal?.aborted) watch();
          onProgress?.(message.progress);
        } else if (message.type === 'result') {
          finish(() => resolve(message.result as Jobs[K]['output']));
        } else if (message.type === 'error') {
          const { error } = message;
          finish(() => reject(error.kind === 'cancelled' ? signal?.reason : fromSentError(error)));
        }
      };
      // `close`, not `exit`: the last lines of stderr have arrived.
      const ended = (code: number | null, killedBy: NodeJS.Signals | null): void => {
        finish(() => {
          if (signal?.aborted) reject(signal.reason);
          else if (silent) reject(this.#silence(job, progressTimeoutMs!));
          else reject(this.#crash(job, code, killedBy));
        });
      };
      const failed = (error: Error): void => {
        finish(() => reject(new GeoscribeError('ChildCrashedError', `Process of ${job} failed: ${error.message}`, {}, { cause: error })));
      };
      child.on('message', receive);
      child.once('close', ended);
      child.once('error', failed);
      signal?.addEventListener('abort', cancel, { once: true });
      watch();
      if (this.#ended) ended(child.exitCode, child.signalCode);
      else this.#send({ type: 'run', job, request });
    });
  }

  #send(message: ParentMessage): void {
    // A channel that closes meanwhile is reported by `close`.
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  #silence(job: JobName, after: number): GeoscribeError {
    return new GeoscribeError('NoProgressError', `${job} reported no progress and was ended${this.#tail()}`, {
      expected: `progress within ${after / 1000} s`,
      received: 'none',
      nextStep: 'Use a smaller budget or fewer threads if the machine is overloaded.',
    });
  }

  #crash(job: JobName, code: number | null, signal: NodeJS.Signals | null): GeoscribeError {
    if (signal === 'SIGKILL' || code === 137) {
      return new GeoscribeError('OutOfMemoryError', `Process of ${job} was killed, most likely out of memory${this.#tail()}`, {
        expected: 'a result',
        received: signal ?? `exit code ${code}`,
        nextStep: 'Use a smaller budget, or a machine with more memory.',
      });
    }
    return new GeoscribeError('ChildCrashedError', `Process of ${job} ended unexpectedly${this.#tail()}`, {
      expected: 'a result',
      received: signal ?? `exit code ${code}`,
    });
  }

  #tail(): string {
    return this.#lastLines.length === 0 ? '' : `; its last words: ${this.#lastLines.join(' | ')}`;
  }

  #keep(text: string): void {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    this.#lastLines.push(...lines);
    this.#lastLines.splice(0, Math.max(0, this.#lastLines.length - keptLines));
  }

  #keepAlive(alive: boolean): void {
    const handles = [this.#process, this.#process.channel, this.#process.stderr as { ref?(): void; unref?(): void } | null];
    for (const handle of handles) {
      if (alive) handle?.ref?.();
      else handle?.unref?.();
    }
  }
}
