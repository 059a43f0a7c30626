import { checkThreads } from './checks.js';
import { resolveDistanceProblem, type DistanceProblem } from './distance-problem.js';
import { nativeAddon } from './native.js';
import { runTask, type JobOptions } from './run-task.js';

export interface GeodesicDistanceOptions extends DistanceProblem, JobOptions {
  /** Hears the share of voxels that are final, 0 to 1, now and then, and 1 at the end. */
  onProgress?: ((share: number) => void) | undefined;
}

/**
 * Exact geodesic distance of every voxel from the seeds of one class.
 *
 * D(v) = least sum of step costs over all paths from a seed to v, a step u -> v costing, in float32 and in this order,
 * `((w_d h + w_g max_channels |I~(v) - I~(u)|) + w_p (1 - p(v))) + 1e-5`; h = step length / smallest spacing, I~ = mean
 * of the 3x3x3 window's finite voxels. A step must not enter a wall: a voxel outside the gate or the mask, or with a
 * NaN or infinite intensity or a NaN probability. Seeds are never gated.
 *
 * @param options see `DistanceProblem` for shapes, units and defaults. The arrays must not be written to or
 *   transferred before the promise settles.
 * @returns float32 [n]: path cost, 0 on seeds, +Infinity where unreached. Bit-equal whatever the threads, and under
 *   flips and permutations of the axes.
 * @throws GeoscribeError `InvalidArgumentError`; `signal.reason`; `MissingLibraryError`; `OutOfMemoryError`.
 * Cost: O(r log r) for r reached voxels, one thread; 5 bytes a voxel and 4 a channel beyond inputs and output.
 * Source: method.md section 2.1.
 */
export async function geodesicDistance(options: GeodesicDistanceOptions): Promise<Float32Array> {
  const { voxels, ...problem } = resolveDistanceProblem(options);
  const threads = checkThreads(options.threads);
  const addon = nativeAddon();
  options.signal?.throwIfAborted();
  const output = new Float32Array(voxels);
  const listener = guarded(options.onProgress);
  const job = { ...problem, threads, output, ...(listener && { onProgress: listener.hear }) };
  await runTask(() => addon.geodesicDistance(job), options.signal);
  if (listener?.failure) throw listener.failure.error;
  return output;
}

/** A listener that throws fails the job's promise instead of the process. */
function guarded(onProgress: ((share: number) => void) | undefined) {
  if (onProgress === undefined) return undefined;
  const listener = {
    failure: undefined as { error: unknown } | undefined,
    hear(share: number) {
      if (listener.failure) return;
      try {
        onProgress(share);
      } catch (error) {
        listener.failure = { error };
      }
    },
  };
  return listener;
}
