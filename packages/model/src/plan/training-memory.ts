import { GeoscribeError, type Device } from '@geoscribe/campaign';
import { networkTensors } from '@geoscribe/torch-native';
import { estimateFeatureMaps } from './estimate-feature-maps.js';
import { networkSpec } from './network-spec.js';
import type { Plan } from './plan.js';

/**
 * Bytes a feature-map element of the batch: its value and its normalised value are kept for the backward pass, the rest is
 * gradients and work space of the moment.
 */
const bytesPerElement = 12;
/**
 * On a GPU, in mixed precision: nnU-Net's reference of 560e6 elements and a batch of 2 is made to fit 8 GB. Not measured
 * here.
 */
const gpuBytesPerElement = 7;
/** Weight, gradient, momentum, moving average and a copy for the checkpoint, float32. */
const bytesPerParameter = 5 * 4;
/** LibTorch's code and tables, prepared batches. */
const constantBytes = 250e6;

/**
 * Memory that training a plan takes at its peak, beside what the process uses before.
 *
 * `12 * batch * feature-map elements + 20 * parameters + 250e6`; on a GPU 7 in place of 12
 *
 * @returns bytes; an estimate. Growth of the peak resident size over two or three steps on an AMD EPYC, LibTorch 2.15, one
 *   channel, three classes, batch 2, measured / by the formula, GB: base 16 of 40 x 56 x 40 0.42 / 0.51 and of 64^3
 *   0.74 / 1.05 (bfloat16 0.67); base 32 of 40 x 56 x 40 0.93 / 0.82 and of 64^3 1.55 / 1.94.
 */
export function estimateTrainingMemory(plan: Plan, device: Device = 'cpu'): number {
  const { patch, batch, stages, dataset } = plan;
  const elements = estimateFeatureMaps({ patch, stages, classes: dataset.labels.length });
  const parameters = networkTensors(networkSpec(plan)).reduce((sum, { shape }) => sum + shape.reduce((n, size) => n * size, 1), 0);
  const perElement = device === 'cpu' ? bytesPerElement : gpuBytesPerElement;
  return perElement * batch * elements + bytesPerParameter * parameters + constantBytes;
}

/**
 * Refuses a training that the machine has no memory for.
 *
 * @param options.accumulate parts that a batch is computed in, one after the other; default 1.
 * @param options.freeBytes memory that this process can still get.
 * @throws GeoscribeError `InvalidConfigError` naming `budget`, the estimate and what is free.
 */
export function requireTrainingMemory(options: { plan: Plan; device?: Device; accumulate?: number; freeBytes: number }): void {
  const { plan, device, accumulate = 1, freeBytes } = options;
  const batch = Math.ceil(plan.batch / accumulate);
  const needed = estimateTrainingMemory({ ...plan, batch }, device);
  if (needed <= freeBytes) return;
  throw new GeoscribeError('InvalidConfigError', `Training with a batch of ${batch} x ${plan.patch.join(' x ')} voxels does not fit the memory`, {
    field: 'budget',
    expected: `about ${inGigabytes(needed)} of free memory for ${plan.budget}`,
    received: inGigabytes(freeBytes),
    nextStep:
      plan.budget === 'cpu-small'
        ? 'Take a plan with a smaller patch, end other programs, or use a machine with more memory.'
        : 'Take the preset cpu-small (`budget: cpu-small`, `--preset cpu-small`) or a plan with a smaller patch, end other programs, or use a machine with more memory.',
  });
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
