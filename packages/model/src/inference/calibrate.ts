import type { Plan } from '../plan/plan.js';
import type { ValidationCase } from '../training/validate.js';
import type { Calibration } from './calibration.js';
import { fitCalibration } from './fit-calibration.js';
import type { ProbabilitySample } from './fit-temperature.js';
import type { Predictor } from './predictor.js';
import { sampleCase } from './sample-probabilities.js';
import { slidingWindow } from './sliding-window.js';

/**
 * Temperature of a network, fitted on its validation cases: on the logarithm of the sliding window's mean probabilities,
 * which is what it is applied to.
 *
 * @param options.cases not trained on
 * @param options.seed of the voxels' sample
 * @returns null without cases
 * Cost: a prediction of every case.
 */
export async function calibrate(options: {
  predictor: Predictor;
  plan: Plan;
  cases: readonly ValidationCase[];
  seed: number;
  /** Told of the cases done, after every window. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}): Promise<Calibration | null> {
  const { predictor, plan, cases, seed, onProgress, signal } = options;
  const classes = plan.dataset.labels.length;
  const samples: ProbabilitySample[] = [];
  for (const { image, shape, label, confidence } of cases) {
    const probability = await slidingWindow({
      predictor,
      image,
      shape,
      channels: plan.dataset.channels.length,
      classes,
      patch: plan.patch,
      mirrorAxes: plan.mirrorAxes,
      onProgress: () => onProgress?.(samples.length, cases.length),
      ...(signal !== undefined && { signal }),
    });
    samples.push(sampleCase({ probability, label, confidence, classes, seed, index: samples.length }));
    onProgress?.(samples.length, cases.length);
  }
  return fitCalibration(samples);
}
