import type { Volume } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import { preprocessImage } from '../preprocessing/preprocess-image.js';
import { restoreProbability } from '../preprocessing/restore.js';
import type { Predictor } from './predictor.js';
import { slidingWindow } from './sliding-window.js';

/**
 * Label map of one image on its own grid: preprocessing by the plan, sliding window, probabilities back to the image's
 * grid, argmax.
 *
 * @param channels in the plan's order, sharing one geometry
 * @param id names the image in errors
 * Errors: those of `preprocessImage`, e.g. another number of channels than the plan's.
 */
export async function predictVolume(options: {
  channels: Volume[];
  id: string;
  plan: Plan;
  predictor: Predictor;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}): Promise<Volume<Uint8Array>> {
  const { channels, id, plan, predictor, onProgress, signal } = options;
  const { image, shape, properties } = preprocessImage({ channels, plan, id });
  const classes = plan.dataset.labels.length;
  const probability = await slidingWindow({
    predictor,
    image,
    shape,
    channels: channels.length,
    classes,
    patch: plan.patch,
    mirrorAxes: plan.mirrorAxes,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  return restoreProbability({ probability, classes, properties, plan }).labelMap;
}
