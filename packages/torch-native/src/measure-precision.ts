import { check, checkPatch, checkSpec, isWhole, totalStride } from './checks.js';
import { setThreads } from './devices.js';
import { fromNative, torch } from './native.js';
import type { NativeTimingOptions } from './native.js';
import type { NetworkSpec, TorchDevice, TorchPrecision } from './types.js';

/** A CPU without bfloat16 instructions is some 30 times slower in it; that shows on a small patch already. */
const hopelessRatio = 4;

/**
 * Chooses the precision by a short timing: seconds of one training step in float32 and in bfloat16 autocast.
 *
 * Both are first timed on the smallest patch the network takes; where bfloat16 is more than 4 times slower there, its
 * figure is the float32 figure times that ratio, so that nobody waits for it. Else one step of each to warm up, then the
 * fastest of two.
 *
 * @param options - `patch` `[z, y, x]`; `batch` patches a step; `threads`: see setThreads.
 * @throws InvalidArgumentError, MissingLibraryError, DeviceUnavailableError, OutOfMemoryError.
 * Cost: six training steps.
 */
export async function measurePrecision(options: {
  spec: NetworkSpec;
  patch: [number, number, number];
  batch: number;
  device?: TorchDevice;
  threads?: number;
}): Promise<{ float32: number; bfloat16: number; chosen: TorchPrecision }> {
  const { spec, patch, batch, device = 'cpu', threads } = options;
  checkSpec(spec);
  checkPatch(spec, patch, 'patch');
  check(isWhole(batch, 1), 'batch', 'a whole number of at least 1', batch);
  if (threads !== undefined) setThreads(threads);
  const time = async (precision: TorchPrecision, sizes: [number, number, number], repeats: number) => {
    const timing: NativeTimingOptions = { spec, device, patch: sizes, batch, precision, upsampling: 'rearranged', layout: 'contiguous', repeats };
    return (await fromNative(() => torch().timeSteps(timing))).training;
  };
  const smallest = totalStride(spec).map((stride, axis) => Math.min(2 * stride, patch[axis]!)) as [number, number, number];
  const ratio = (await time('bfloat16', smallest, 1)) / (await time('float32', smallest, 1));
  const hopeless = ratio > hopelessRatio;
  const measured = hopeless ? undefined : await time('bfloat16', patch, 2);
  const float32 = await time('float32', patch, hopeless ? 1 : 2);
  const bfloat16 = measured ?? float32 * ratio;
  return { float32, bfloat16, chosen: bfloat16 < float32 ? 'bfloat16' : 'float32' };
}
