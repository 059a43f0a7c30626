import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Fingerprint } from './fingerprint.js';
import { percentile } from './percentile.js';

/** Ratio of spacings above which an axis is coarse. */
export const anisotropyThreshold = 3;

/**
 * Spacing to which every case is resampled: the median per axis; where the coarsest axis is both > 3 x coarser and
 * > 3 x shorter in voxels than the others, its 10th percentile, but not finer than the others.
 *
 * @param fingerprint spacings and shapes in the image's own tensor order.
 * @returns mm `[z, y, x]` before the plan's permutation.
 *
 * Source: nnU-Net v2's `determine_fullres_target_spacing`.
 */
export function targetSpacing(fingerprint: Fingerprint): TensorShape {
  const { spacings, shapesAfterCrop } = fingerprint;
  const target = medianPerAxis(spacings);
  const size = medianPerAxis(shapesAfterCrop);
  const worst = coarsestAxis(target);
  const others = [0, 1, 2].filter((axis) => axis !== worst);
  const coarsestOther = Math.max(...others.map((axis) => target[axis]!));
  const isCoarse = target[worst]! > anisotropyThreshold * coarsestOther;
  const isShort = size[worst]! * anisotropyThreshold < Math.min(...others.map((axis) => size[axis]!));
  if (isCoarse && isShort) {
    const fine = percentile(spacings.map((s) => s[worst]!), 10);
    target[worst] = fine < coarsestOther ? coarsestOther + 1e-5 : fine;
  }
  return target;
}

/** The first axis of the largest spacing. */
export function coarsestAxis(spacing: TensorShape): 0 | 1 | 2 {
  return spacing.indexOf(Math.max(...spacing)) as 0 | 1 | 2;
}

export function medianPerAxis(rows: TensorShape[]): TensorShape {
  return [0, 1, 2].map((axis) => percentile(rows.map((row) => row[axis]!), 50)) as TensorShape;
}
