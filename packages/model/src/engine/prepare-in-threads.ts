import { availableParallelism } from 'node:os';
import { mapWithinMemory } from '../threads/map-within-memory.js';
import { ThreadPool } from '../threads/thread-pool.js';
import { untilAborted } from '../threads/until-aborted.js';
import type { PreparationResult, PreparationTask } from './preparation-tasks.js';

/** The compiled worker, also when this module runs from source. */
const workerFile = new URL('../../dist/engine/preparation-worker.js', import.meta.url);
/** Share of the memory that this process can still get which cases may take together. */
const memoryShare = 0.5;

export interface PreparedItem {
  /** Memory that the case takes while it is worked on, bytes. */
  bytes: number;
  /** Names the case in errors. */
  id: string;
}

/**
 * Does work for cases on all cores: as many at a time as there are threads and half of the free memory holds, at least one.
 *
 * @param options.work gets a function that does a task in a thread; what it does beside is done in this one.
 * @param options.onDone called after each case with the number of those done.
 * @returns results in the order of the cases, the same for any number of threads.
 * @throws the first error of a case, which ends the others; the signal's reason; `OutOfMemoryError` and
 *   `ChildCrashedError` where a thread ends.
 */
export async function prepareInThreads<Item extends PreparedItem, Result>(
  items: readonly Item[],
  options: {
    work: (item: Item, compute: (task: PreparationTask) => Promise<PreparationResult>) => Promise<Result>;
    onDone: (done: number) => void;
    signal: AbortSignal;
    threads?: number;
  },
): Promise<Result[]> {
  const { work, onDone, signal, threads = availableParallelism() } = options;
  signal.throwIfAborted();
  const pool = new ThreadPool<PreparationTask, PreparationResult>({ file: workerFile, size: threads, nameOf: caseOf });
  let done = 0;
  // One more than threads: while a result is stored, its thread has the next case.
  const limits = { atOnce: threads + 1, bytesOf: ({ bytes }: Item) => bytes, budget: memoryShare * process.availableMemory() };
  const one = async (item: Item): Promise<Result> => {
    signal.throwIfAborted();
    const result = await work(item, (task) => pool.run(task));
    onDone(++done);
    return result;
  };
  try {
    return await untilAborted(signal, mapWithinMemory(items, limits, one));
  } finally {
    await pool.close();
  }
}

function caseOf(task: PreparationTask): string {
  return task.kind === 'fingerprint-listed' ? task.case.listing.cases[0]!.id : task.files.id;
}
