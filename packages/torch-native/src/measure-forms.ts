import { check, checkPatch, checkSpec, isWhole } from './checks.js';
import { setThreads } from './devices.js';
import { fromNative, torch } from './native.js';
import type { NetworkSpec, TorchDevice, TorchForm, TorchPrecision } from './types.js';

/** A CPU without bfloat16 instructions is 7 to 30 times slower in it: its other layout need not be waited for. */
const hopelessRatio = 2;
/** A form whose first timed step is slower than the fastest by this factor is not timed again. */
const clearlySlower = 1.5;

/** Seconds of a training step in one form; `estimated` where only the precision's other layout was timed. */
export interface FormTiming extends TorchForm {
  seconds: number;
  estimated: boolean;
}

const formsOf: Record<TorchDevice, TorchForm[]> = {
  cpu: [
    { precision: 'float32', layout: 'channels-last' },
    { precision: 'bfloat16', layout: 'channels-last' },
    { precision: 'float32', layout: 'contiguous' },
    { precision: 'bfloat16', layout: 'contiguous' },
  ],
  cuda: [
    { precision: 'float32', layout: 'contiguous' },
    { precision: 'bfloat16', layout: 'contiguous' },
  ],
};

/**
 * Chooses precision and memory layout by timing a training step in every form that matters on the device.
 *
 * Each form does one step to warm up and one that counts. Where a precision takes more than twice as long as the fastest
 * form so far, its other layout keeps the same ratio and is not waited for. Forms within half of the fastest do three more
 * steps, of which the best counts.
 *
 * @param options - `patch` `[z, y, x]`; `batch` patches a step; `threads`: see setThreads; `signal` is looked at between forms.
 * @returns the timings, fastest first; the first is the form to use.
 * @throws InvalidArgumentError, MissingLibraryError, DeviceUnavailableError, OutOfMemoryError, the signal's reason.
 * Cost: some fifteen training steps; two of a slow precision.
 */
export async function measureForms(options: {
  spec: NetworkSpec;
  patch: [number, number, number];
  batch: number;
  device?: TorchDevice;
  threads?: number;
  signal?: AbortSignal;
}): Promise<FormTiming[]> {
  const { spec, patch, batch, device = 'cpu', threads, signal } = options;
  checkSpec(spec);
  checkPatch(spec, patch, 'patch');
  check(isWhole(batch, 1), 'batch', 'a whole number of at least 1', batch);
  if (threads !== undefined) setThreads(threads);
  const time = async (form: TorchForm, repeats: number): Promise<number> => {
    signal?.throwIfAborted();
    return (await fromNative(() => torch().timeSteps({ precision: form.precision, layout: form.layout, spec, device, patch, batch, repeats }))).training;
  };
  const timings: FormTiming[] = [];
  /** Precisions that are too slow, and by what factor. */
  const hopeless = new Map<TorchPrecision, number>();
  let fastest = Infinity;
  for (const form of formsOf[device]) {
    const ratio = hopeless.get(form.precision);
    if (ratio !== undefined) {
      timings.push({ ...form, seconds: fastest * ratio, estimated: true });
      continue;
    }
    const seconds = await time(form, 1);
    timings.push({ ...form, seconds, estimated: false });
    if (seconds > hopelessRatio * fastest) hopeless.set(form.precision, seconds / fastest);
    fastest = Math.min(fastest, seconds);
  }
  for (const timing of timings) {
    if (!timing.estimated && timing.seconds <= clearlySlower * fastest) timing.seconds = Math.min(timing.seconds, await time(timing, 2));
  }
  return timings.sort((a, b) => a.seconds - b.seconds);
}
