import { setImmediate } from 'node:timers/promises';
import { GeoscribeError } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import type { Model } from './model.js';
import { slidingWindow } from './sliding-window.js';

/** Models of one plan: they see the same preprocessed image, and their probabilities lie on the same grid. */
export interface ModelGroup {
  plan: Plan;
  models: Model[];
}

/** Elements added at once; between two such parts other events have their turn. */
const partLength = 1 << 20;

/**
 * Models by plan, in the order given. Plans that differ only in how they train are one.
 *
 * @throws GeoscribeError `InvalidModelError` where labels or channels differ: probabilities of other classes have no mean.
 */
export function groupModels(models: readonly Model[]): ModelGroup[] {
  const first = models[0]!;
  const groups = new Map<string, ModelGroup>();
  for (const model of models) {
    for (const field of ['labels', 'channels'] as const) {
      const [expected, received] = [first.plan.dataset[field], model.plan.dataset[field]];
      if (canonicalJson(expected) === canonicalJson(received)) continue;
      throw new GeoscribeError('InvalidModelError', `Models with other ${field} cannot be averaged`, {
        file: model.file,
        field: `plan.dataset.${field}`,
        expected: `${expected.join(', ')}, as ${first.file} has`,
        received: received.join(', '),
      });
    }
    const { targetSpacing, transposeForward, normalization, foregroundIntensities } = model.plan;
    const key = canonicalJson({ targetSpacing, transposeForward, normalization, foregroundIntensities });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { plan: model.plan, models: [model] });
    else group.models.push(model);
  }
  return [...groups.values()];
}

/**
 * Mean of the calibrated probabilities of a group's models.
 *
 * @param options.image preprocessed by the group's plan, float32 `[C, Z, Y, X]`
 * @param options.onProgress told of all windows of all models
 * @returns float32 `[classes, Z, Y, X]`
 * Cost: one model after the other; two class arrays of the volume.
 */
export async function predictGroup(options: {
  group: ModelGroup;
  image: Float32Array;
  shape: TensorShape;
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}): Promise<Float32Array> {
  const { group, image, shape, onProgress, signal } = options;
  const { models } = group;
  let mean: Float32Array | null = null;
  for (const [index, { plan, predictor, calibration }] of models.entries()) {
    const probability = await slidingWindow({
      predictor,
      image,
      shape,
      channels: plan.dataset.channels.length,
      classes: plan.dataset.labels.length,
      patch: plan.patch,
      mirrorAxes: plan.mirrorAxes,
      temperature: calibration?.temperature ?? 1,
      onProgress: (done, total) => onProgress(index * total + done, models.length * total),
      signal,
    });
    if (models.length === 1) return probability;
    mean ??= new Float32Array(probability.length);
    await addShare(mean, probability, 1 / models.length);
  }
  return mean!;
}

async function addShare(sum: Float32Array, values: Float32Array, share: number): Promise<void> {
  for (let from = 0; from < sum.length; from += partLength) {
    const to = Math.min(from + partLength, sum.length);
    for (let i = from; i < to; i++) sum[i]! += share * values[i]!;
    await setImmediate();
  }
}
