import { check, checkPatch, checkSpec, isWhole, totalStride } from './checks.js';
import { setThreads } from './devices.js';
import { fromNative, torch } from './native.js';
import type { NetworkSpec, TorchDevice, TorchForm } from './types.js';

/**
 * A CPU without bfloat16 instructions is some 30 times slower in it; that shows on a small patch already. On the smallest,
 * threads mostly wait for each other, longer where other work holds a core, so that a lesser ratio means nothing there.
 */
const hopelessRatios = { smallest: 10, half: 3 };
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
 * All are first timed on the smallest patch the network takes, then on one of half the size. One that is more than 10 times,
 * or then 3 times, slower than the fastest keeps the figure this suggests (the fastest's seconds times that ratio), so that
 * nobody waits for it. The others do one step to warm up and one that counts; those within half of the fastest another three,
 * of which the best counts.
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
  const strides = totalStride(spec);
  const upTo = (size: (stride: number, axis: number) => number) =>
    strides.map((stride, axis) => Math.min(Math.max(2 * stride, size(stride, axis)), patch[axis]!)) as [number, number, number];
  const trials = [
    { sizes: upTo(() => 0), ratio: hopelessRatios.smallest, repeats: 3 },
    { sizes: upTo((stride, axis) => stride * Math.round(patch[axis]! / 2 / stride)), ratio: hopelessRatios.half, repeats: 1 },
  ];
  let left = formsOf[device];
  /** Forms that are too slow, and by what factor. */
  const hopeless = new Map<TorchForm, number>();
  for (const { sizes, ratio, repeats } of trials) {
    let least = Infinity;
    for (const form of left) {
      if (hopeless.has(form)) continue;
      const seconds = await time(form, sizes, repeats);
      least = Math.min(least, seconds);
      if (seconds <= ratio * least) continue;
      // What makes a precision hopeless is the processor: its other layout, which comes later, need not be waited for.
      for (const other of left) if (other.precision === form.precision) hopeless.set(other, seconds / least);
      left = left.filter((other) => !hopeless.has(other));
    }
  }
  const timings: FormTiming[] = [];
  for (const form of left) timings.push({ ...form, seconds: await time(form, patch, 1), estimated: false });
  const fastest = Math.min(...timings.map((timing) => timing.seconds));
  for (const timing of timings) {
    if (timings.length > 1 && timing.seconds <= clearlySlower * fastest) timing.seconds = Math.min(timing.seconds, await time(timing, patch, 2));
  }
  for (const [form, ratio] of hopeless) timings.push({ ...form, seconds: fastest * ratio, estimated: true });
  return timings.sort((a, b) => a.seconds - b.seconds);
}
