import { check, checkPatch, checkSpec, isWhole } from './checks.js';
import { setThreads } from './devices.js';
import { fromNative, torch } from './native.js';
import type { NetworkSpec, TimedWork, TorchDevice, TorchForm, TorchLayout, TorchPrecision } from './types.js';

/** A CPU without bfloat16 instructions is 7 to 30 times slower in it: its other layout need not be waited for. */
const hopelessRatio = 2;
/** A form whose first timed run is slower than the fastest by this factor is not timed again. */
const clearlySlower = 1.5;
/** A run to warm up that takes so many times as long as the fastest form, and s at least, says enough of its form. */
const patience = { ratio: 8, seconds: 1 };

/** Seconds of a training step, or of a prediction, in one form; `estimated` where only the precision's other layout was timed. */
export interface FormTiming extends TorchForm {
  seconds: number;
  estimated: boolean;
}

const inLayout = (layout: TorchLayout): TorchForm[] => [{ precision: 'float32', layout }, { precision: 'bfloat16', layout }];

/** To time a prediction in LibTorch's layout on the CPU, too, costs as much as many predictions and has found nothing faster yet. */
function formsOf(work: TimedWork, device: TorchDevice): TorchForm[] {
  if (device === 'cuda') return inLayout('contiguous');
  return work === 'training' ? [...inLayout('channels-last'), ...inLayout('contiguous')] : inLayout('channels-last');
}

/**
 * Chooses precision and memory layout by timing a training step, or a prediction, in every form that matters on the device.
 *
 * Each form does one run to warm up and one that counts, up to five where they are short; a run to warm up eight times as
 * long as the fastest form counts itself. Where a precision takes more than twice as long as the fastest form so far, its
 * other layout keeps the same ratio and is not waited for. Where several forms are within half of the fastest, they are
 * timed once more, and their best run counts.
 *
 * @param options - `work`: default training; `patch` `[z, y, x]`; `batch` patches a run; `threads`: see setThreads; `signal` is looked at between forms.
 * @returns the timings, fastest first; the first is the form to use.
 * @throws InvalidArgumentError, MissingLibraryError, DeviceUnavailableError, OutOfMemoryError, the signal's reason.
 * Cost: some fifteen training steps, a dozen predictions; two runs of a slow precision, one of a very slow one.
 */
export async function measureForms(options: {
  work?: TimedWork;
  spec: NetworkSpec;
  patch: [number, number, number];
  batch: number;
  device?: TorchDevice;
  threads?: number;
  signal?: AbortSignal;
}): Promise<FormTiming[]> {
  const { work = 'training', spec, patch, batch, device = 'cpu', threads, signal } = options;
  checkSpec(spec);
  checkPatch(spec, patch, 'patch');
  check(isWhole(batch, 1), 'batch', 'a whole number of at least 1', batch);
  if (threads !== undefined) setThreads(threads);
  let fastest = Infinity;
  const time = async (form: TorchForm, repeats: number): Promise<number> => {
    signal?.throwIfAborted();
    const { precision, layout } = form;
    const limit = Math.max(patience.seconds, patience.ratio * fastest);
    return fromNative(() => torch().timeRuns({ work, precision, layout, spec, device, patch, batch, repeats, patience: limit }));
  };
  const timings: FormTiming[] = [];
  /** Precisions that are too slow, and by what factor. */
  const hopeless = new Map<TorchPrecision, number>();
  for (const form of formsOf(work, device)) {
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
  const rivals = timings.filter(({ estimated, seconds }) => !estimated && seconds <= clearlySlower * fastest);
  if (rivals.length > 1) for (const rival of rivals) rival.seconds = Math.min(rival.seconds, await time(rival, 2));
  return timings.sort((a, b) => a.seconds - b.seconds);
}
