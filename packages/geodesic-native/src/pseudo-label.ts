import type { PropagationStatistics } from '@geoscribe/campaign';
import { checkThreads } from './checks.js';
import { nativeAddon } from './native.js';
import { resolvePseudoLabelProblem, type PseudoLabelProblem } from './pseudo-label-problem.js';
import { runTask, type JobOptions } from './run-task.js';
import { propagationStatistics } from './statistics.js';

export interface PseudoLabelOptions extends PseudoLabelProblem, JobOptions {}

export interface PseudoLabelStatistics extends PropagationStatistics {
  /** By class: share of its voxels in the origin label that lie outside the gate; 0 where it has none. */
  walledShares: number[];
}

export interface PseudoLabelResult {
  /** uint8 [n]. */
  pseudoLabel: Uint8Array;
  /** float32 [n], 0 to 1. */
  confidence: Float32Array;
  /** uint8 [n], 1 inside the focus area. */
  focus: Uint8Array;
  statistics: PseudoLabelStatistics;
}

/**
 * Pseudo label, confidence map and focus area of one case.
 *
 * Mode `posterior`: R = argmax p_c e^(beta G_c), p floored at 1e-4; in the focus area (max G > threshold) label R with
 * confidence max(G_R, 0.5 p_R (1 - max_{j != R} G_j)); elsewhere the origin label L0 with 0.5 p_L0. Mode `reference`:
 * R = argmax of score_c = p_c + G_c - sum_{j != c} G_j, confidence max G, elsewhere L0 with 0.5 max score. Then edge
 * bands; then seeds, which always keep their class, with confidence 1. `seeds-only` and `self-training`: L0 with
 * 0.5 p_L0; `partial`: L0 with 0; the first and the last keep the seeds at 1, which are then the focus area. A NaN
 * probability counts as 0 here. Ties go to the lower class.
 *
 * @param options see `PseudoLabelProblem` for shapes, units and defaults. The arrays must not be written to or
 *   transferred before the promise settles.
 * @returns see `PseudoLabelResult`; the result does not depend on the number of threads.
 * @throws GeoscribeError `InvalidArgumentError`; `InvalidScribbleError` and `InvalidLabelError` for a class that does
 *   not exist; `signal.reason`; `MissingLibraryError`; `OutOfMemoryError`.
 * Cost: one geodesic distance for every class with seeds, in parallel, and O(C n) for the labels; beyond inputs and
 *   outputs 4 bytes a voxel for every such class and channel, and 2.
 * Source: method.md section 2.2.
 */
export async function pseudoLabel(options: PseudoLabelOptions): Promise<PseudoLabelResult> {
  const { voxels, ...problem } = resolvePseudoLabelProblem(options);
  const threads = checkThreads(options.threads);
  const addon = nativeAddon();
  options.signal?.throwIfAborted();
  const output = {
    pseudoLabel: new Uint8Array(voxels),
    confidence: new Float32Array(voxels),
    focus: new Uint8Array(voxels),
  };
  const native = await runTask(() => addon.pseudoLabel({ ...problem, threads, ...output }), options.signal);
  return { ...output, statistics: { ...propagationStatistics(native, voxels), seconds: native.seconds } };
}
