import { counterRandom } from '../training/counter-random.js';
import type { ProbabilitySample } from './fit-temperature.js';
import { argmax } from './softmax.js';

/** Voxels of each validation case that a temperature is fitted on. */
const voxelsPerCase = 40_000;
/** Below it a float32 mean of softmaxes says no more than "hardly possible". */
const leastProbability = 1e-7;

/**
 * A sample of a predicted case's voxels that stands for all of them.
 *
 * Half of the sample are voxels that label or prediction call foreground, few in number but where a network errs; an entry
 * weighs as many voxels as it was drawn for, so that sums over the sample estimate sums over the volume.
 *
 * @param options.probability float32 `[classes, voxels]`
 * @param options.label `[voxels]`
 * @param options.confidence `[voxels]`, where the label has ignored voxels: those of confidence 0 are not drawn
 * @param options.count voxels wanted, at most
 * @param options.seed 32-bit
 */
export function sampleProbabilities(options: {
  probability: Float32Array;
  label: Uint8Array;
  confidence?: Float32Array | undefined;
  classes: number;
  count: number;
  seed: number;
}): ProbabilitySample {
  const { probability, label, confidence, classes, count, seed } = options;
  const predicted = argmax(probability, classes);
  const isForeground = (v: number): boolean => label[v]! > 0 || predicted[v]! > 0;
  const all = Uint32Array.from(label.keys());
  const voxels = confidence === undefined ? all : all.filter((v) => confidence[v]! > 0);
  const strata = [voxels.filter(isForeground), voxels.filter((v) => !isForeground(v))];
  const random = counterRandom(seed);
  const drawn = strata.map((stratum) => {
    const taken = Math.min(stratum.length, Math.ceil(count / 2));
    // The first steps of a Fisher-Yates shuffle.
    for (let i = 0; i < taken; i++) {
      const j = i + random.integer(stratum.length - i);
      [stratum[i], stratum[j]] = [stratum[j]!, stratum[i]!];
    }
    return { voxels: [...stratum.subarray(0, taken)], each: stratum.length / taken };
  });
  const entries = drawn.flatMap(({ voxels, each }) => voxels.map((voxel) => ({ voxel, each })));
  const logProbability = new Float32Array(entries.length * classes);
  entries.forEach(({ voxel }, i) => {
    for (let c = 0; c < classes; c++) logProbability[i * classes + c] = Math.log(Math.max(leastProbability, probability[c * label.length + voxel]!));
  });
  return {
    logProbability,
    label: Uint8Array.from(entries, ({ voxel }) => label[voxel]!),
    weight: Float64Array.from(entries, ({ each }) => each),
    classes,
  };
}

/** `sampleProbabilities` of the validation case number `index`. */
export function sampleCase(options: {
  probability: Float32Array;
  label: Uint8Array;
  confidence?: Float32Array | undefined;
  classes: number;
  seed: number;
  index: number;
}): ProbabilitySample {
  const { seed, index, ...predicted } = options;
  return sampleProbabilities({ ...predicted, count: voxelsPerCase, seed: (seed + index) >>> 0 });
}
