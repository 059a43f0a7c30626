import type { TensorShape } from '../morphology/tensor-shape.js';
import { anisotropyThreshold } from './target-spacing.js';

/** The axis that augmentation must not rotate through: the first where the patch is more than 3 times longer on another, or null. */
export function inPlaneAxis(patch: TensorShape): 0 | null {
  return Math.max(...patch) / patch[0] > anisotropyThreshold ? 0 : null;
}
