import { calibrationErrors } from './calibration-errors.js';
import type { Calibration } from './calibration.js';
import { fitTemperature, type ProbabilitySample } from './fit-temperature.js';

/** Temperature of a network and what it mends, from a sample of each validation case; null without an annotated voxel. */
export function fitCalibration(samples: readonly ProbabilitySample[]): Calibration | null {
  if (samples.every(({ label }) => label.length === 0)) return null;
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

function joined(samples: readonly ProbabilitySample[]): ProbabilitySample {
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
