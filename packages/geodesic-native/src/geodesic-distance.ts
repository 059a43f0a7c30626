import { algorithms, type Algorithm } from './algorithm.js';
import { checkArray, checkList, checkOneOf } from './checks.js';
import { resolveDistanceProblem, type DistanceProblem, type ResolvedDistanceProblem } from './distance-problem.js';
import { nativeAddon } from './native.js';
import { checkNoOverlap, type NamedArray } from './overlap.js';
import { guarded } from './progress.js';
import { allocated, checkJob, runTask, type JobOptions } from './run-task.js';

export interface GeodesicDistanceOptions extends DistanceProblem, JobOptions {
  /** float32 [n], one a class, to be overwritten; made where left out. May be views and lie on shared memory. */
  outputs?: readonly Float32Array[] | undefined;
  /** Default `tiles`; all give the same bits. */
  algorithm?: Algorithm | undefined;
  /** Hears the share of the work that is done, 0 to 1, growing, now and then, and 1 at the end. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface GeodesicDistances {
  /** float32 [n] by class, in the order of `classes`; the caller's `outputs` where given. */
  distances: Float32Array[];
  /** By class: voxels with a finite distance. */
  reachedVoxels: number[];
  /** Wall time of the transform. */
  seconds: number;
}

/**
 * Exact geodesic distance of every voxel from the seeds of each class.
 *
 * D(v) = least sum of step costs over all paths from a seed to v, a step u -> v costing, in float32 and in this order,
 * `((w_d h + w_g max_channels |I~(v) - I~(u)|) + w_p (1 - p(v))) + 1e-5`; h = step length / smallest spacing, I~ = mean
 * of the 3x3x3 window's finite voxels. A step must not enter a wall: a voxel outside the gate or the mask, or with a
 * NaN or infinite intensity or a NaN probability. Seeds are never gated.
 *
 * @param options see `DistanceProblem` for shapes, units and defaults. The arrays must not be written to or
 *   transferred before the promise settles.
 * @returns see `GeodesicDistances`: path cost, 0 on seeds, +Infinity where unreached. Bit-equal whatever the threads, the
 *   algorithm and the instruction set, and under flips and permutations of the axes.
 * @throws GeoscribeError `InvalidArgumentError`; `signal.reason`; `MissingLibraryError`; `OutOfMemoryError`. After an
 *   error the content of `outputs` is undefined.
 * Cost: time follows the voxels reached, all classes share the threads. Beyond inputs and outputs 40 bytes a tile of
 *   4096 voxels and class, and, unless the image is one float32 channel with `smooth: false`, 4 bytes a channel for the
 *   voxels of tiles that are reached. `bucket` and `heap`: 5 bytes a voxel and 4 a channel.
 * Source: method.md section 2.1; docs/adr/0005.
 */
export async function geodesicDistance(options: GeodesicDistanceOptions): Promise<GeodesicDistances> {
  const { voxels, ...problem } = resolveDistanceProblem(options);
  const algorithm = checkOneOf('algorithm', options.algorithm ?? 'tiles', algorithms);
  const given = checkOutputs(options.outputs, problem, voxels);
  const listener = guarded(options.onProgress);
  const threads = checkJob(options);
  const addon = nativeAddon();
  const distances = given ?? problem.classes.map(() => allocated(() => new Float32Array(voxels)));
  const job = { ...problem, algorithm, threads, distances, ...(listener && { onProgress: listener.hear }) };
  const native = await runTask(() => addon.geodesicDistance(job), options.signal);
  if (listener?.failure) throw listener.failure.error;
  return { distances, ...native };
}

/** @returns a copy of the list */
function checkOutputs(outputs: readonly Float32Array[] | undefined, problem: Omit<ResolvedDistanceProblem, 'voxels'>, voxels: number) {
  if (outputs === undefined) return undefined;
  const list = checkList('outputs', outputs, problem.classes.length, `${problem.classes.length} arrays, one a class`);
  list.forEach((output, index) => checkArray(`outputs[${index}]`, output, ['Float32Array'], voxels));
  checkNoOverlap(list.map((output, index): NamedArray => [`outputs[${index}]`, output]), inputsOf(problem));
  return list;
}

function inputsOf(problem: Omit<ResolvedDistanceProblem, 'voxels'>): NamedArray[] {
  return [
    ...problem.channels.map(({ data }, index): NamedArray => [`image[${index}]`, data]),
    ...problem.classes.map(({ probability }, index): NamedArray => [`classes[${index}].probability`, probability]),
    ['seeds', problem.seeds],
    ['mask', problem.mask],
  ];
}
