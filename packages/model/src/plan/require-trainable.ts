import { GeoscribeError } from '@geoscribe/campaign';
import type { Plan } from './plan.js';

/**
 * Refuses a plan that no network can be built from.
 *
 * The plan's schema says what its fields are; this says that they belong together: two stages or more, the finest without a
 * stride, kernels of 1 or 3, a patch that the strides divide, one entry for each channel, axis orders that undo each other.
 *
 * @param options.file named in errors; absent for a plan that was just made.
 * @throws GeoscribeError `InvalidConfigError` naming field, what is expected and what the plan says.
 */
export function requireTrainable(plan: Plan, { file }: { file?: string } = {}): void {
  const require = (holds: boolean, field: string, expected: string, received: unknown, nextStep?: string): void => {
    if (holds) return;
    throw new GeoscribeError('InvalidConfigError', 'No network can be trained by the plan', {
      ...(file !== undefined && { file }),
      field,
      expected,
      received: typeof received === 'string' ? received : JSON.stringify(received),
      ...(nextStep !== undefined && { nextStep }),
    });
  };
  const { stages, patch, dataset, transposeForward, transposeBackward } = plan;
  require(
    stages.length >= 2,
    'stages',
    'at least 2 stages, for which a side of the patch must have 8 voxels',
    `${stages.length} for a patch of ${patch.join(' x ')}`,
    'Pad or resample the volumes: they are too small for a U-Net.',
  );
  require(stages[0]!.stride.every((n) => n === 1), 'stages.0.stride', '[1,1,1]', stages[0]!.stride);
  stages.forEach(({ kernel }, stage) => require(kernel.every((n) => n === 1 || n === 3), `stages.${stage}.kernel`, 'three of 1 or 3', kernel));
  const divisor = patch.map((_, axis) => stages.reduce((product, { stride }) => product * stride[axis]!, 1));
  require(patch.every((n, axis) => n % divisor[axis]! === 0), 'patch', `multiples of ${JSON.stringify(divisor)}, the product of the strides`, patch);
  for (const field of ['normalization', 'foregroundIntensities'] as const) {
    require(plan[field].length === dataset.channels.length, field, `${dataset.channels.length} entries, one for each channel`, `${plan[field].length}`);
  }
  require(transposeForward.every((axis, a) => transposeBackward[axis] === a), 'transposeBackward', `the inverse of ${JSON.stringify(transposeForward)}`, transposeBackward);
}
