import type { Plan } from '../plan/plan.js';
import type { ValidationCase } from '../training/validate.js';
import type { Calibration } from './calibration.js';
import { calibrationErrors } from './calibration-errors.js';
import { fitTemperature, type ProbabilitySample } from './fit-temperature.js';
import type { Predictor } from './predictor.js';
import { sampleProbabilities } from './sample-probabilities.js';
import { slidingWindow } from './sliding-window.js';

/** Voxels of each case that the temperature is fitted on. */
const voxelsPerCase = 40_000;

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
  for (const { image, shape, label } of cases) {
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
    samples.push(sampleProbabilities({ probability, label, classes, count: voxelsPerCase, seed: (seed + samples.length) >>> 0 }));
    onProgress?.(samples.length, cases.length);
  }
  if (samples.length === 0) return null;
  const sample = joined(samples);
  const temperature = fitTemperature(sample);
  return {
    temperature,
    before: calibrationErrors(sample, 1),
    after: calibrationErrors(sample, temperature),
    cases: samples.length,
    voxels: sample.label.length,
  };
}

function joined(samples: ProbabilitySample[]): ProbabilitySample {
  const { classes } = samples[0]!;
  const voxels = samples.reduce((sum, { label }) => sum + label.length, 0);
  const all: ProbabilitySample = {
    logProbability: new Float32Array(voxels * classes),
    label: new Uint8Array(voxels),
    weight: new Float64Array(voxels),
    classes,
  };
  let at = 0;
  for (const { logProbability, label, weight } of samples) {
    all.logProbability.set(logProbability, at * classes);
    all.label.set(label, at);
    all.weight.set(weight, at);
    at += label.length;
  }
  return all;
}
