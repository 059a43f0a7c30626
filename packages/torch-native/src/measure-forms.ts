import { check, checkPatch, checkSpec, isWhole, totalStride } from './checks.js';
import { setThreads } from './devices.js';
import { fromNative, torch } from './native.js';
import type { NetworkSpec, TorchDevice, TorchForm } from './types.js';

/**
 * A CPU without bfloat16 instructions is some 30 times slower in it; that shows on a small patch already. There threads mostly
 * wait for each other, longer where other work holds a core, so that a lesser ratio means nothing.
 */
const hopelessRatio = 10;
/** A form whose first timed step is slower than the fastest by this factor is not timed again. */
const clearlySlower = 1.5;

/** Seconds of a training step in one form; `estimated` where it was only timed on a small patch. */
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
 * All are first timed on the smallest patch the network takes. One that is more than 10 times slower there than the fastest
 * keeps the figure this suggests (the fastest's seconds times that ratio), so that nobody waits for it. The others do one
 * step to warm up and one that counts; those within half of the fastest another three, of which the
 * best counts.
 *
 * @param options - `patch` `[z, y, x]`; `batch` patches a step; `threads`: see setThreads; `signal` is looked at between forms.
 * @returns the timings, fastest first; the first is the form to use.
 * @throws InvalidArgumentError, MissingLibraryError, DeviceUnavailableError, OutOfMemoryError, the signal's reason.
 * Cost: some fifteen training steps.
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
  const time = async (form: TorchForm, sizes: [number, number, number], repeats: number) => {
    signal?.throwIfAborted();
    return (await fromNative(() => torch().timeSteps({ precision: form.precision, layout: form.layout, spec, device, patch: sizes, batch, repeats }))).training;
  };
  const smallest = totalStride(spec).map((stride, axis) => Math.min(2 * stride, patch[axis]!)) as [number, number, number];
  const small = new Map<TorchForm, number>();
  for (const form of formsOf[device]) small.set(form, await time(form, smallest, 3));
  const least = Math.min(...small.values());
  const timings: FormTiming[] = [];
  for (const [form, seconds] of small) {
    if (seconds <= hopelessRatio * least) timings.push({ ...form, seconds: await time(form, patch, 1), estimated: false });
  }
  const fastest = Math.min(...timings.map((timing) => timing.seconds));
  for (const timing of timings) {
    if (timings.length > 1 && timing.seconds <= clearlySlower * fastest) timing.seconds = Math.min(timing.seconds, await time(timing, patch, 2));
  }
  for (const [form, seconds] of small) {
    if (seconds > hopelessRatio * least) timings.push({ ...form, seconds: (fastest * seconds) / least, estimated: true });
  }
  return timings.sort((a, b) => a.seconds - b.seconds);
}
