import type { Plan } from './plan.js';
import { sidedLabels } from './sided-labels.js';

/**
 * Axes of the plan's grid that may be mirrored: those the budget mirrors, but not from left to right where labels name
 * sides; a mirrored left kidney would be a right one with the wrong label.
 *
 * @param options.allowed what the budget mirrors, `[z, y, x]` of the plan's grid.
 * @param options.leftRightAxes axes of the images' own `[z, y, x]` that run between left and right in some case; absent
 *   where that is not known, then nothing is mirrored for such labels.
 */
export function mirrorAxes(options: {
  allowed: Plan['mirrorAxes'];
  labels: readonly string[];
  transposeForward: Plan['transposeForward'];
  leftRightAxes?: readonly number[] | undefined;
}): Plan['mirrorAxes'] {
  const { allowed, labels, transposeForward, leftRightAxes = [0, 1, 2] } = options;
  if (sidedLabels(labels).length === 0) return [...allowed];
  return allowed.map((mirrors, axis) => mirrors && !leftRightAxes.includes(transposeForward[axis]!)) as Plan['mirrorAxes'];
}
