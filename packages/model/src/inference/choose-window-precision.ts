import type { Network, TorchPrecision } from '@geoscribe/torch-native';
import { totalStride } from '../plan/total-stride.js';
import type { TensorShape } from '../morphology/tensor-shape.js';
import { voxelCount } from './box.js';

/** Where bfloat16 is so much slower on a small patch, it is never tried on the whole one: 30 times is common. */
const hopelessRatio = 4;

/**
 * The precision in which the network predicts a patch faster on this machine, by timing both.
 *
 * Cost: six small patches and two of the plan's size.
 */
export async function chooseWindowPrecision(network: Network, patch: TensorShape): Promise<TorchPrecision> {
  const seconds = async (precision: TorchPrecision, shape: TensorShape): Promise<number> => {
    const input = Float32Array.from({ length: network.spec.inputChannels * voxelCount(shape) }, (_, i) => Math.sin(0.37 * i));
    const begin = performance.now();
    await network.predict({ input, batch: 1, shape, precision });
    return performance.now() - begin;
  };
  const smallest = totalStride(network.spec.stages).map((stride, axis) => Math.min(2 * stride, patch[axis]!)) as TensorShape;
  // The first run in a precision prepares what the later ones reuse.
  for (const precision of ['float32', 'bfloat16'] as const) await seconds(precision, smallest);
  const ratio = (await seconds('bfloat16', smallest)) / (await seconds('float32', smallest));
  if (ratio > hopelessRatio) return 'float32';
  return (await seconds('bfloat16', patch)) < (await seconds('float32', patch)) ? 'bfloat16' : 'float32';
}
