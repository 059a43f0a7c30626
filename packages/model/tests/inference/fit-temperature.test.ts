import { mulberry32 } from '@geoscribe/core-io/testing';
import { describe, expect, test } from 'vitest';
import { calibrationErrors } from '../../src/inference/calibration-errors.js';
import { fitCalibration } from '../../src/inference/fit-calibration.js';
import { fitTemperature, type ProbabilitySample } from '../../src/inference/fit-temperature.js';
import { sampleProbabilities } from '../../src/inference/sample-probabilities.js';
import { temperInPlace } from '../../src/inference/temper.js';

/** Voxels whose labels are drawn from softmax(z), and which then claim `factor * z`: the right temperature is `factor`. */
function claimed(factor: number, voxels = 20_000, classes = 3): ProbabilitySample {
  const random = mulberry32(17);
  const logProbability = new Float32Array(voxels * classes);
  const label = new Uint8Array(voxels);
  for (let v = 0; v < voxels; v++) {
    const z = Array.from({ length: classes }, () => 4 * random() - 2);
    const p = z.map(Math.exp);
    let left = random() * p.reduce((a, b) => a + b);
    while (left > p[label[v]!]! && label[v]! < classes - 1) {
      left -= p[label[v]!]!;
      label[v]!++;
    }
    z.forEach((value, c) => (logProbability[v * classes + c] = factor * value));
  }
  return { logProbability, label, weight: new Float64Array(voxels).fill(1), classes };
}

describe('fitTemperature', () => {
  test.each([0.5, 1, 1.8, 4])('finds T = %d again', (factor) => {
    const sample = claimed(factor);
    const temperature = fitTemperature(sample);
    // 20,000 labels: 1 / T has a standard error near 1 %.
    expect(Math.abs(temperature / factor - 1)).toBeLessThan(0.04);
    const [at, above, below] = [1, 1.05, 0.95].map((by) => calibrationErrors(sample, temperature * by).nll);
    expect(at).toBeLessThan(Math.min(above!, below!));
    if (factor > 1.5) expect(calibrationErrors(sample, temperature).ece).toBeLessThan(calibrationErrors(sample, 1).ece / 4);
  });

  test('weights count as repetitions', () => {
    const sample = claimed(2, 3000);
    const twice: ProbabilitySample = {
      ...sample,
      logProbability: Float32Array.of(...sample.logProbability, ...sample.logProbability.subarray(0, 3000)),
      label: Uint8Array.of(...sample.label, ...sample.label.subarray(0, 1000)),
      weight: new Float64Array(4000).fill(1),
    };
    const weighted = { ...sample, weight: sample.weight.map((_, v) => (v < 1000 ? 2 : 1)) };
    // Both searches end within 1e-6.
    expect(fitTemperature(weighted)).toBeCloseTo(fitTemperature(twice), 4);
  });

  test('ends at the bounds where the likelihood has no end, and at 1 without voxels', () => {
    const sure = { logProbability: Float32Array.of(0, -3, -2, 0), label: Uint8Array.of(0, 1), weight: Float64Array.of(1, 1), classes: 2 };
    expect(fitTemperature(sure)).toBeCloseTo(0.1, 4);
    expect(fitTemperature({ ...sure, label: Uint8Array.of(1, 0) })).toBeCloseTo(10, 2);
    expect(fitTemperature({ logProbability: new Float32Array(), label: new Uint8Array(), weight: new Float64Array(), classes: 2 })).toBe(1);
  });
});

test('calibration errors by hand', () => {
  // Confidence 0.8, right in one of two voxels of equal weight; in one bin.
  const p = Math.log(0.8);
  const q = Math.log(0.2);
  const sample = { logProbability: Float32Array.of(p, q, p, q), label: Uint8Array.of(0, 1), weight: Float64Array.of(2, 2), classes: 2 };
  const { nll, ece } = calibrationErrors(sample, 1);
  // Float32 logarithms.
  expect(nll).toBeCloseTo(-(Math.log(0.8) + Math.log(0.2)) / 2, 6);
  expect(ece).toBeCloseTo(0.3, 6);
});

test("a sample's weighted sums estimate the volume's, and half of it is foreground", () => {
  const voxels = 30_000;
  const random = mulberry32(5);
  const probability = new Float32Array(2 * voxels);
  const label = new Uint8Array(voxels);
  for (let v = 0; v < voxels; v++) {
    const isForeground = v < 1500;
    const p = isForeground ? 0.3 + 0.7 * random() : 0.4 * random();
    probability.set([1 - p], v);
    probability.set([p], voxels + v);
    label[v] = random() < p ? 1 : 0;
  }
  const options = { probability, label, classes: 2, seed: 3 };
  const all = sampleProbabilities({ ...options, count: 2 * voxels });
  const some = sampleProbabilities({ ...options, count: 4000 });
  expect(all.label.length).toBe(voxels);
  expect(new Set(all.weight)).toEqual(new Set([1]));
  expect(some.label.length).toBe(4000);
  expect(some.weight.reduce((a, b) => a + b)).toBeCloseTo(voxels, 6);
  // 2,000 voxels a stratum with losses spread by about 0.5: standard error 0.01.
  expect(calibrationErrors(some, 1).nll).toBeCloseTo(calibrationErrors(all, 1).nll, 1);
  expect(sampleProbabilities({ ...options, count: 4000 })).toEqual(some);
  expect(sampleProbabilities({ ...options, count: 4000, seed: 4 })).not.toEqual(some);
});

test('tempering keeps sums at 1 and the order of classes', () => {
  const probability = Float32Array.of(0.7, 0.2, 0.2, 0.5, 0.1, 0.3);
  temperInPlace(probability, 3, 2);
  for (const v of [0, 1]) expect(probability[v]! + probability[2 + v]! + probability[4 + v]!).toBeCloseTo(1, 6);
  expect(probability[0]).toBeCloseTo(Math.sqrt(0.7) / (Math.sqrt(0.7) + Math.sqrt(0.2) + Math.sqrt(0.1)), 6);
  expect(probability[3]).toBeGreaterThan(probability[5]!);
});

test('a sample holds no voxel that nobody annotated, and stands for the others', () => {
  const voxels = 1000;
  const probability = new Float32Array(2 * voxels).fill(0.5);
  // The label under the ignored half would be seen.
  const label = Uint8Array.from({ length: voxels }, (_, v) => (v < 500 ? 1 : 0));
  const confidence = Float32Array.from(label, (value) => 1 - value);
  const sample = sampleProbabilities({ probability, label, confidence, classes: 2, count: 100, seed: 1 });
  expect(new Set(sample.label)).toEqual(new Set([0]));
  expect(sample.weight.reduce((sum, each) => sum + each, 0)).toBeCloseTo(500, 9);
  const nothing = sampleProbabilities({ probability, label, confidence: new Float32Array(voxels), classes: 2, count: 100, seed: 1 });
  expect(fitCalibration([nothing])).toBeNull();
});
