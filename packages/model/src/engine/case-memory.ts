import type { ImportedCase } from '@geoscribe/campaign';
import { toTensorShape } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import { resampledShape } from '../plan/resampled-shape.js';
import { permuteShape } from '../preprocessing/permute.js';

/**
 * Memory that preprocessing a case takes at its peak: file and voxels as stored (4 bytes each), cropped float32, mask and
 * label on the case's grid; float32 before and after the last axis, the image and its file, mask and label on the plan's.
 *
 * @returns bytes, for a crop that leaves the whole volume; an upper estimate: growth of the resident size on a CT of
 *   512 x 512 x 78, measured / by the formula, MiB: at 1 mm 449 / 762, at 1.5 mm 305 / 473.
 */
export function preprocessingMemory({ geometry, moreChannels, ignoreLabel }: ImportedCase, plan: Plan): number {
  const channels = Math.max(plan.dataset.channels.length, 1 + moreChannels.length);
  const spacing = permuteShape(toTensorShape(geometry.spacing), plan.transposeForward);
  const shape = permuteShape(toTensorShape(geometry.dims), plan.transposeForward);
  const target = resampledShape(shape, spacing, plan.targetSpacing);
  // A label with ignored voxels is split in two, and its confidence encoded.
  const ignoring = ignoreLabel === undefined ? 0 : 1 + 4 + 4;
  return product(shape) * (12 * channels + 6) + product(target) * (8 * channels + 8 + 4 + ignoring);
}

/**
 * Memory that the fingerprint of a case takes: file, voxels as stored, a float64 crop, indices and values of the foreground.
 *
 * @returns bytes; on the same CT 305 / 546 MiB.
 */
export function fingerprintMemory({ geometry, moreChannels }: ImportedCase): number {
  return product(geometry.dims) * (8 * (1 + moreChannels.length) + 8 + 4 + 8);
}

function product([a, b, c]: readonly [number, number, number]): number {
  return a * b * c;
}
