import { performance } from 'node:perf_hooks';
import { geodesicDistance } from '@geoscribe/geodesic-native';
import { allThreads, cutoff, weights } from './settings.mjs';

/** Arrays to write the distances of a phantom's classes into; touched, so that no page is first used in a timed run. */
export function touchedOutputs({ image, classes }) {
  return Array.from({ length: classes }, () => new Float32Array(image.length).fill(1));
}

/** One class for each label of the phantom, with its probability. */
export function labelClasses({ image, classes, probability }) {
  return Array.from({ length: classes }, (_, c) => ({
    seedClass: c, probability: probability.subarray(c * image.length, (c + 1) * image.length),
  }));
}

/** What is asked of the transform, but for algorithm, threads and outputs. */
export function distanceProblem(phantom) {
  const { dims, spacing, image, seeds } = phantom;
  return { dims, spacing, image, smooth: false, gate: 'none', seeds, weights, cutoff, classes: labelClasses(phantom) };
}

/**
 * Exact distances of FastGeodis' cost: 26 neighbours, no probability, and no 1e-5 a step. Weights and cutoff are scaled up
 * and the result down by 1024, which leaves 1e-8 of it.
 */
export async function fastGeodisDistances(phantom) {
  const scale = 1024;
  const problem = distanceProblem(phantom);
  const { distances } = await geodesicDistance({
    ...problem, neighbours: 26, cutoff: scale * cutoff, threads: allThreads,
    classes: problem.classes.map(({ seedClass }) => ({ seedClass })),
    weights: { distance: scale * weights.distance, gradient: scale * weights.gradient, probability: 0 },
  });
  for (const array of distances) for (let v = 0; v < array.length; v += 1) array[v] /= scale;
  return distances;
}

/** Wall time of the promise, seconds. */
export async function timed(start) {
  const begin = performance.now();
  await start();
  return (performance.now() - begin) / 1000;
}

/** @returns {Promise<number>} seconds until the distances of all classes are in `outputs` */
export function timeTransform(phantom, { algorithm, threads, outputs }) {
  const options = { ...distanceProblem(phantom), algorithm, threads, outputs };
  return timed(() => geodesicDistance(options));
}
