import { GeoscribeError } from '@geoscribe/campaign';
import { checkInteger, checkSignal, invalid, show, type Vec3 } from './checks.js';
import { nativeAddon, type NativePseudoLabelJob, type NativeSession, type NativeSessionUpdate } from './native.js';
import { guarded } from './progress.js';
import {
  checkPseudoLabelOutputs, namedInputs, pseudoLabelArrays, pseudoLabelStatistics, type PseudoLabelArrays, type PseudoLabelOptions,
  type PseudoLabelStatistics,
} from './pseudo-label.js';
import { resolvePseudoLabelProblem } from './pseudo-label-problem.js';
import { allocated, checkJob, runTask } from './run-task.js';

const unmarked = 255;

/** A change of strokes. */
export interface SessionEdit {
  /** The class that is drawn, or `erase` to take marks away. */
  seed: number | 'erase';
  /** Flat indices of the voxels, in any order; duplicates are one. A voxel of another class is drawn over. */
  voxels: ArrayLike<number>;
  signal?: AbortSignal | undefined;
}

export interface SessionUpdate {
  /** Of the whole case as it is now. `seconds` is the time of this update. */
  statistics: PseudoLabelStatistics;
  /** Voxels that may have changed lie in begin <= v < end; null where none has. */
  changed: { begin: Vec3; end: Vec3 } | null;
}

interface OpenJob extends Omit<NativePseudoLabelJob, 'onProgress'>, PseudoLabelArrays {
  seeds: Uint8Array;
}

/**
 * The pseudo label of a case whose strokes change one by one, for a live preview.
 *
 * Image, probability and distances are kept; an edit recomputes the tiles that it touches. After every edit the arrays
 * are bit-equal to those of a fresh `pseudoLabel` with the same seeds. Edits are done one after the other, in the order
 * of the calls.
 *
 * Memory: 4 bytes a voxel for every class and channel in tiles of 4096 voxels that have been reached, until `close`.
 */
export class GeodesicSession implements PseudoLabelArrays {
  /** uint8 [n], updated by `draw`. */
  readonly pseudoLabel: Uint8Array;
  /** float32 [n], 0 to 1, updated by `draw`. */
  readonly confidence: Float32Array;
  /** uint8 [n], 1 inside the focus area, updated by `draw`. */
  readonly focus: Uint8Array;
  /** uint8 [n]: the session's own seed map, updated by `draw`. Not to be written. */
  readonly seeds: Uint8Array;
  readonly #job: OpenJob;
  readonly #held: readonly HeldArray[];
  readonly #voxels: number;
  readonly #session: NativeSession;
  /** The last job asked for; settles without an error. */
  #last: Promise<unknown> = Promise.resolve();
  #first: SessionUpdate;
  #open = true;

  private constructor(job: OpenJob, session: NativeSession, first: SessionUpdate) {
    this.pseudoLabel = job.pseudoLabel;
    this.confidence = job.confidence;
    this.focus = job.focus;
    this.seeds = job.seeds;
    this.#job = job;
    this.#held = heldArrays(job);
    this.#voxels = job.seeds.length;
    this.#session = session;
    this.#first = first;
  }

  /**
   * Computes the case once and keeps what edits need.
   *
   * @param options as for `pseudoLabel`, modes `posterior` and `reference` with review `scribbles`. `seeds`, the first
   *   strokes, are copied; left out: none. The other arrays must stay as they are until `close`. `onProgress` hears of the
   *   opening.
   * @throws as `pseudoLabel`.
   */
  static async open(options: PseudoLabelOptions): Promise<GeodesicSession> {
    const { voxels, seeds: firstSeeds, ...problem } = resolvePseudoLabelProblem(options, { seeds: false });
    if (problem.mode !== 'posterior' && problem.mode !== 'reference') {
      throw invalid('mode', 'posterior or reference, with review scribbles', problem.mode);
    }
    const given = checkPseudoLabelOutputs(options.outputs, { ...problem, seeds: firstSeeds }, voxels);
    const listener = guarded(options.onProgress);
    const threads = checkJob(options);
    const addon = nativeAddon();
    const seeds = allocated(() => new Uint8Array(voxels));
    const job: OpenJob = { ...problem, seeds, threads, ...pseudoLabelArrays(given, voxels) };
    let session: NativeSession | undefined;
    const first = await runTask(() => {
      const task = addon.openSession({ ...job, firstSeeds, ...(listener && { onProgress: listener.hear }) });
      session = task.session;
      return task;
    }, options.signal);
    if (listener?.failure) throw listener.failure.error;
    return new GeodesicSession(job, session!, updateOf(first, voxels));
  }

  /** What opening computed. */
  get first(): SessionUpdate {
    return this.#first;
  }

  /**
   * Draws or erases voxels and brings the arrays up to date.
   *
   * @returns the case's statistics and where something may have changed.
   * @throws GeoscribeError `InvalidArgumentError`, before anything is changed, also where an array of the session has been
   *   transferred meanwhile; `signal.reason`; `OutOfMemoryError`. An edit aborted before its turn changes nothing. After
   *   one that failed or was aborted later the seeds hold it or a part of it, the other arrays are undefined, and the next
   *   edit recomputes everything.
   */
  async draw({ seed, voxels, signal }: SessionEdit): Promise<SessionUpdate> {
    if (seed !== 'erase') checkInteger('seed', seed, 0, this.#job.classes - 1);
    checkSignal(signal);
    const drawn = numbersOf(voxels);
    return this.#next(async (job) => {
      const native = await runTask(
        () => nativeAddon().drawInSession({ ...job, voxels: drawn, seed: seed === 'erase' ? unmarked : seed }),
        signal,
      );
      return updateOf(native, this.#voxels);
    });
  }

  /**
   * Geodesic distance of one class as it is now.
   * @returns float32 [n], as `geodesicDistance` gives it.
   */
  async distance(seedClass: number): Promise<Float32Array> {
    checkInteger('seedClass', seedClass, 0, this.#job.classes - 1);
    return this.#next(async (job) => {
      const output = allocated(() => new Float32Array(this.#voxels));
      await runTask(() => nativeAddon().sessionDistance({ ...job, seedClass, output }));
      return output;
    });
  }

  /** Frees the session's memory when what was asked for before is done; the arrays stay. May be called again. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#last;
    nativeAddon().closeSession(this.#session);
  }

  /** Runs after all that was asked for before. */
  #next<Result>(run: (job: { session: NativeSession; inputs: object; threads: number }) => Promise<Result>): Promise<Result> {
    if (!this.#open) return Promise.reject(closed());
    const result = this.#last.then(() => {
      checkHeld(this.#held);
      return run({ session: this.#session, inputs: this.#job, threads: this.#job.threads });
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** A copy, without a loop over its elements here: their range is checked off the event loop. */
function numbersOf(voxels: ArrayLike<number>): Float64Array {
  const expected = 'a list of flat indices';
  if (typeof voxels !== 'object' || voxels === null || !Number.isInteger(voxels.length)) throw invalid('voxels', expected, show(voxels));
  try {
    return allocated(() => new Float64Array(voxels));
  } catch (error) {
    if (error instanceof TypeError) throw invalid('voxels', expected, `${show(voxels)}: ${error.message}`);
    throw error;
  }
}

interface HeldArray {
  argument: string;
  array: { readonly length: number };
  length: number;
}

/** What native code reads and writes as long as the session is open. */
function heldArrays(job: OpenJob): HeldArray[] {
  const { pseudoLabel, confidence, focus } = job;
  const arrays = [...namedInputs(job), ...Object.entries({ pseudoLabel, confidence, focus })];
  return arrays.flatMap(([argument, array]) => (array === undefined ? [] : [{ argument, array, length: array.length }]));
}

/** An array that was transferred or cut short belongs to somebody else: native code must not touch it. */
function checkHeld(held: readonly HeldArray[]): void {
  for (const { argument, array, length } of held) {
    if (array.length !== length) throw invalid(argument, 'the array of the session as it was', `a transferred or resized one of ${array.length} elements`);
  }
}

function updateOf(native: NativeSessionUpdate, voxels: number): SessionUpdate {
  const { begin, end } = native;
  const empty = begin.every((edge, axis) => edge === end[axis]);
  return { statistics: pseudoLabelStatistics(native.statistics, voxels), changed: empty ? null : { begin, end } };
}

function closed(): GeoscribeError {
  return new GeoscribeError('InvalidArgumentError', 'The session is closed', {
    field: 'session',
    expected: 'an open session',
    received: 'one that was closed',
    nextStep: 'Open another with GeodesicSession.open.',
  });
}
