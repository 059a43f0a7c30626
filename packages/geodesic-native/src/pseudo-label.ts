import type { PropagationStatistics } from '@geoscribe/campaign';
import { checkArray, invalid, show } from './checks.js';
import { nativeAddon, type NativeStatistics } from './native.js';
import { checkNoOverlap, type NamedArray } from './overlap.js';
import { guarded } from './progress.js';
import { resolvePseudoLabelProblem, type PseudoLabelProblem, type ResolvedPseudoLabelProblem } from './pseudo-label-problem.js';
import { allocated, checkJob, runTask, type JobOptions } from './run-task.js';
import { propagationStatistics } from './statistics.js';

export interface PseudoLabelOptions extends PseudoLabelProblem, JobOptions {
  /** Arrays to be overwritten; made where left out. May be views and lie on shared memory. */
  outputs?: Partial<PseudoLabelArrays> | undefined;
  /** Hears the share of the work that is done, 0 to 1, growing, now and then, and 1 at the end. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface PseudoLabelStatistics extends PropagationStatistics {
  /**
   * By class: share of its voxels in the origin label that are finite and outside the gate; 0 where it has none. Always
   * 0 for the background, which the gate is meant to wall off. `walledShare` is the greatest.
   */
  walledShares: number[];
}

export interface PseudoLabelArrays {
  /** uint8 [n]. */
  pseudoLabel: Uint8Array;
  /** float32 [n], 0 to 1. */
  confidence: Float32Array;
  /** uint8 [n], 1 inside the focus area. */
  focus: Uint8Array;
}

export interface PseudoLabelResult extends PseudoLabelArrays {
  statistics: PseudoLabelStatistics;
}

/**
 * Pseudo label, confidence map and focus area of one case.
 *
 * Mode `posterior`: R = argmax p_c e^(beta_c G_c), p floored at 1e-4; in the focus area (max G > threshold) label R with
 * confidence max(G_R, 0.5 p_R (1 - max_{j != R} G_j)); elsewhere the origin label L0 with 0.5 p_L0. Mode `reference`:
 * R = argmax of score_c = p_c + G_c - sum_{j != c} G_j, confidence max G, elsewhere L0 with 0.5 max score. Then edge
 * bands; then seeds, which always keep their class, with confidence 1. `seeds-only` and `self-training`: L0 with
 * 0.5 p_L0; `partial`: L0 with 0; the first and the last keep the seeds at 1, which are then the focus area. A NaN
 * probability counts as 0 here. Ties go to the lower class.
 *
 * @param options see `PseudoLabelProblem` for shapes, units and defaults. The arrays must not be written to or
 *   transferred before the promise settles.
 * @returns see `PseudoLabelResult`; the result does not depend on threads or instruction set.
 * @throws GeoscribeError `InvalidArgumentError`; `InvalidScribbleError` and `InvalidLabelError` for a class that does
 *   not exist; `signal.reason`; `MissingLibraryError`; `OutOfMemoryError`.
 * Cost: the geodesic distances of all classes with seeds, and O(C n) for the labels, on all threads. Beyond inputs and
 *   outputs 4 bytes a voxel for every such class and channel in tiles of 4096 voxels that are reached, and 40 bytes a tile.
 * Source: method.md section 2.2.
 */
export async function pseudoLabel(options: PseudoLabelOptions): Promise<PseudoLabelResult> {
  const { voxels, ...problem } = resolvePseudoLabelProblem(options);
  const given = checkPseudoLabelOutputs(options.outputs, problem, voxels);
  const listener = guarded(options.onProgress);
  const threads = checkJob(options);
  const addon = nativeAddon();
  const output = pseudoLabelArrays(given, voxels);
  const job = { ...problem, threads, ...output, ...(listener && { onProgress: listener.hear }) };
  const native = await runTask(() => addon.pseudoLabel(job), options.signal);
  if (listener?.failure) throw listener.failure.error;
  return { ...output, statistics: pseudoLabelStatistics(native, voxels) };
}

/** The given arrays, and fresh ones for the rest. */
export function pseudoLabelArrays(given: Partial<PseudoLabelArrays>, voxels: number): PseudoLabelArrays {
  return allocated(() => ({
    pseudoLabel: given.pseudoLabel ?? new Uint8Array(voxels),
    confidence: given.confidence ?? new Float32Array(voxels),
    focus: given.focus ?? new Uint8Array(voxels),
  }));
}

export function pseudoLabelStatistics(native: NativeStatistics, voxels: number): PseudoLabelStatistics {
  return { ...propagationStatistics(native, voxels), seconds: native.seconds };
}

/** @throws GeoscribeError `InvalidArgumentError` naming the output. */
export function checkPseudoLabelOutputs(
  outputs: Partial<PseudoLabelArrays> | undefined,
  problem: Omit<ResolvedPseudoLabelProblem, 'voxels'>,
  voxels: number,
): Partial<PseudoLabelArrays> {
  if (outputs === undefined) return {};
  if (typeof outputs !== 'object' || outputs === null) throw invalid('outputs', 'an object with arrays', show(outputs));
  const { pseudoLabel: label, confidence, focus } = outputs;
  if (label !== undefined) checkArray('outputs.pseudoLabel', label, ['Uint8Array'], voxels);
  if (confidence !== undefined) checkArray('outputs.confidence', confidence, ['Float32Array'], voxels);
  if (focus !== undefined) checkArray('outputs.focus', focus, ['Uint8Array'], voxels);
  checkNoOverlap(
    [['outputs.pseudoLabel', label], ['outputs.confidence', confidence], ['outputs.focus', focus]],
    namedInputs(problem),
  );
  return outputs;
}

type PseudoLabelInputs = Pick<ResolvedPseudoLabelProblem, 'channels' | 'probability' | 'seeds' | 'originLabel' | 'mask'>;

/** Every array that is read, under its name in the options. */
export function namedInputs(problem: PseudoLabelInputs): NamedArray[] {
  return [
    ...problem.channels.map(({ data }, index): NamedArray => [`image[${index}]`, data]),
    ['probability', problem.probability],
    ['seeds', problem.seeds],
    ['originLabel', problem.originLabel],
    ['mask', problem.mask],
  ];
}
