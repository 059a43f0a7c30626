import { checkArray, checkList } from './checks.js';
import { resolveDistanceProblem, type DistanceProblem } from './distance-problem.js';
import { nativeAddon } from './native.js';
import { checkJob, runTask, type JobOptions } from './run-task.js';

export interface VerifyFixedPointOptions extends DistanceProblem, JobOptions {
  /** float32 [n] by class: what `geodesicDistance` returned for the same problem. */
  distances: readonly Float32Array[];
}

export interface FixedPointReport {
  /** Voxels, over all classes, whose distance is not what their neighbours say. */
  violations: number;
  /** The first of them: class in the order of `classes`, then flat index; null without any. */
  first: { seedClass: number; voxel: number } | null;
}

/**
 * Certificate of exactness, without an oracle: every seed has 0, every wall and everything beyond the cutoff +Infinity,
 * every other voxel the least of its neighbours plus step, bit for bit.
 *
 * @param options the problem and its distances; see `DistanceProblem`.
 * @returns how many voxels break the rule.
 * @throws as `geodesicDistance`.
 * Cost: O(classes * neighbours * n) on all threads; 5 bytes a voxel and 4 a channel.
 * Source: the optimality condition of shortest paths (Bellman 1958); steps cost more than nothing, so it is sufficient
 *   as long as float32 can tell a distance from the same distance one step further.
 */
export async function verifyFixedPoint(options: VerifyFixedPointOptions): Promise<FixedPointReport> {
  const { voxels, ...problem } = resolveDistanceProblem(options);
  const distances = checkList('distances', options.distances, problem.classes.length, `${problem.classes.length} arrays, one a class`);
  distances.forEach((distance, index) => checkArray(`distances[${index}]`, distance, ['Float32Array'], voxels));
  const threads = checkJob(options);
  const addon = nativeAddon();
  const job = { ...problem, algorithm: 'tiles' as const, threads, distances };
  const { violations, firstClass, firstVoxel } = await runTask(() => addon.verifyFixedPoint(job), options.signal);
  const first = violations === 0 ? null : { seedClass: problem.classes[firstClass]!.seedClass, voxel: firstVoxel };
  return { violations, first };
}
