import type { JobName, JobRequest, Jobs } from './jobs.js';
import { SupervisedChild, type ChildOptions, type RunOptions } from './child-process.js';

/**
 * Keeps an idle child per key for the next job, because starting LibTorch costs a second.
 *
 * A job takes the idle child of its key or starts one; jobs at the same time have children of their own. A child that
 * comes back while another of its key is idle, or whose job was aborted or failed, is ended; an idle one is ended after
 * `idleMs`. Nothing keeps the parent alive.
 */
export class ChildPool {
  readonly #idle = new Map<string, { child: SupervisedChild; timer: NodeJS.Timeout }>();
  readonly #all = new Set<SupervisedChild>();
  readonly #idleMs: number;
  readonly #childOptions: ChildOptions;
  #closed = false;

  constructor({ idleMs, ...childOptions }: { idleMs: number } & ChildOptions) {
    this.#idleMs = idleMs;
    this.#childOptions = childOptions;
  }

  /** Runs a job; options and errors as `runInChild`. */
  async run<K extends JobName>(
    key: string,
    job: K,
    request: JobRequest<K>,
    options: RunOptions = {},
  ): Promise<Jobs[K]['output']> {
    options.signal?.throwIfAborted();
    const child = this.#take(key);
    let succeeded = false;
    try {
      const result = await child.run(job, request, options);
      succeeded = true;
      return result;
    } finally {
      if (succeeded) this.#giveBack(key, child);
      else await this.#end(child);
    }
  }

  /** Ends every child, running ones too, and resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { timer } of this.#idle.values()) clearTimeout(timer);
    this.#idle.clear();
    await Promise.all([...this.#all].map((child) => this.#end(child)));
  }

  #take(key: string): SupervisedChild {
    const found = this.#idle.get(key);
    if (found !== undefined) {
      this.#idle.delete(key);
      clearTimeout(found.timer);
      if (found.child.usable) return found.child;
      void this.#end(found.child);
    }
    const child = new SupervisedChild(this.#childOptions);
    this.#all.add(child);
    return child;
  }

  #giveBack(key: string, child: SupervisedChild): void {
    if (this.#closed || this.#idle.has(key) || !child.usable) {
      void this.#end(child);
      return;
    }
    const timer = setTimeout(() => {
      this.#idle.delete(key);
      void this.#end(child);
    }, this.#idleMs);
    timer.unref();
    this.#idle.set(key, { child, timer });
  }

  async #end(child: SupervisedChild): Promise<void> {
    await child.kill();
    this.#all.delete(child);
  }
}
