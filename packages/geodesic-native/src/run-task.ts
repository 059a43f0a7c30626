import { GeoscribeError, type InputErrorType } from '@geoscribe/campaign';
import { checkSignal, checkThreads } from './checks.js';
import type { NativeFailure, NativeTask } from './native.js';

/** How a job runs: nothing of it changes the result. */
export interface JobOptions {
  /** CPU threads, 1 to 1024; default: as many as the machine offers. */
  threads?: number | undefined;
  /** Ends the job within milliseconds; the promise rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
}

/**
 * Checks of a job's options, and the end of a job that was aborted before it began.
 * @returns the number of threads
 * @throws GeoscribeError `InvalidArgumentError`; `signal.reason`.
 */
export function checkJob({ threads, signal }: JobOptions): number {
  checkSignal(signal);
  const checked = checkThreads(threads);
  signal?.throwIfAborted();
  return checked;
}

/** Which code an array with a bad value is reported under; `InvalidArgumentError` for all others. */
const codeOfField: Record<string, InputErrorType> = {
  seeds: 'InvalidScribbleError',
  originLabel: 'InvalidLabelError',
};

/**
 * Waits for a native task and turns its failure into what callers are promised: the signal's reason, or a
 * GeoscribeError.
 */
export async function runTask<Result>(start: () => NativeTask<Result>, signal?: AbortSignal): Promise<Result> {
  signal?.throwIfAborted();
  const task = start();
  const cancel = () => task.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await task.promise;
  } catch (error) {
    throw publicError(error as NativeFailure, signal);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function publicError(failure: NativeFailure, signal?: AbortSignal): unknown {
  switch (failure.code) {
    case 'cancelled':
      return signal?.reason ?? failure;
    case 'input':
      return new GeoscribeError(codeOfField[failure.field] ?? 'InvalidArgumentError', 'A value is out of range', {
        field: failure.field,
        at: `element ${failure.index}`,
        expected: failure.expected,
        received: failure.received,
      });
    case 'memory':
      return outOfMemory(failure);
    case 'internal':
      return failure;
  }
}

/**
 * What `make` makes, mostly arrays.
 * @throws GeoscribeError `OutOfMemoryError` where there is no room for it.
 */
export function allocated<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError ? outOfMemory(error) : error;
  }
}

function outOfMemory(cause: unknown): GeoscribeError {
  return new GeoscribeError(
    'OutOfMemoryError',
    'The geodesic transform ran out of memory',
    { nextStep: 'Give it fewer threads or a smaller volume.' },
    { cause },
  );
}
