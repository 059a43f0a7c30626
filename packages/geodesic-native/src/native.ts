import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import type { Vec3 } from './checks.js';

/**
 * The whole contract between TypeScript and C++. The callers in this package validate and fill defaults, C++ trusts
 * what it gets. Typed arrays may be views with an offset and may lie on shared memory; they must not be written or
 * transferred while a task runs.
 */
export interface NativeAddon {
  geodesicDistance(job: NativeDistanceJob & { distances: Float32Array[] }): NativeTask<NativeDistances>;
  verifyFixedPoint(job: NativeDistanceJob & { distances: Float32Array[] }): NativeTask<NativeFixedPoint>;
  pseudoLabel(job: NativePseudoLabelJob & NativePseudoLabelOutput): NativeTask<NativeStatistics>;
  /** `job.session` is set to the handle. `seeds` gets the first strokes, if there are any, and is written by edits. */
  openSession(
    job: NativePseudoLabelJob & NativePseudoLabelOutput & { seeds: Uint8Array; firstSeeds: Uint8Array | undefined },
  ): NativeTask<NativeSessionUpdate> & { session: NativeSession };
  /**
   * One job on a session at a time. `inputs` holds the arrays of the session as long as the job runs. The voxels are
   * checked here: one that is no index of the volume is an `input` failure before anything has changed.
   */
  drawInSession(job: NativeSessionJob & { voxels: Float64Array; seed: number }): NativeTask<NativeSessionUpdate>;
  sessionDistance(job: NativeSessionJob & { seedClass: number; output: Float32Array }): NativeTask<undefined>;
  /** Frees the session; not while a job runs on it. */
  closeSession(session: NativeSession): void;
}

/** Handle of an open session. Whoever holds it holds the arrays it was opened with. */
export type NativeSession = object & { readonly nativeSession: unique symbol };

interface NativeSessionJob {
  session: NativeSession;
  inputs: object;
  threads: number;
}

export interface NativeSessionUpdate {
  statistics: NativeStatistics;
  /** Half-open box of voxels that may have changed; empty where begin = end. */
  begin: Vec3;
  end: Vec3;
}

export interface NativeTask<Result> {
  /** Rejects with a `NativeFailure`. */
  promise: Promise<Result>;
  /** Raises the flag that all loops look at; the promise then rejects with code `cancelled`, unless it was done. */
  cancel(): void;
}

export type NativeFailure = Error &
  (
    | { code: 'input'; field: string; index: number; expected: string; received: string }
    | { code: 'cancelled' | 'memory' | 'internal' }
  );

/** value = float32(raw * scale + offset), in float64. */
export interface NativeChannel {
  data: Float32Array | Int16Array | Uint16Array | Uint8Array;
  scale: number;
  offset: number;
}

interface NativeJob {
  /** Voxels along x, y, z; x is fastest in memory. */
  dims: Vec3;
  /** mm along x, y, z. */
  spacing: Vec3;
  /** One array of n voxels a channel. */
  channels: readonly NativeChannel[];
  gate: 'none' | 'robust' | 'reference';
  mask: Uint8Array | undefined;
  neighbours: 6 | 26;
  gradientWeight: number;
  probabilityWeight: number;
  cutoff: number;
  threads: number;
  onProgress?: (share: number) => void;
}

export interface NativeDistanceJob extends NativeJob {
  smooth: boolean;
  seeds: Uint8Array;
  classes: readonly { seedClass: number; distanceWeight: number; probability: Float32Array | Uint8Array | undefined }[];
  algorithm: 'tiles' | 'bucket' | 'heap';
}

export interface NativePseudoLabelJob extends NativeJob {
  mode: 'posterior' | 'reference' | 'seeds-only' | 'self-training' | 'partial' | 'no-error';
  classes: number;
  /** [C, Z, Y, X]. */
  probability: Float32Array | Uint8Array;
  seeds: Uint8Array | undefined;
  originLabel: Uint8Array | Uint16Array;
  /** w_d by class. */
  distanceWeight: readonly number[];
  tau: number;
  /** By class. */
  beta: readonly number[];
  focusThreshold: number;
  /** Greatest confidence by edge distance; empty = no bands. */
  edgeCaps: readonly number[];
  /** Whether neighbours along x, y, z make an edge. */
  edgeAxes: readonly [boolean, boolean, boolean];
}

export interface NativePseudoLabelOutput {
  pseudoLabel: Uint8Array;
  confidence: Float32Array;
  focus: Uint8Array;
}

export interface NativeDistances {
  /** By class. */
  reachedVoxels: number[];
  seconds: number;
}

export interface NativeFixedPoint {
  violations: number;
  /** Index into the classes and flat index of the first violation; meaningless without any. */
  firstClass: number;
  firstVoxel: number;
}

export interface NativeStatistics {
  focusVoxels: number;
  flippedVoxels: number;
  confidenceSum: number;
  reachedVoxels: number[];
  predictedVoxels: number[];
  walledVoxels: number[];
  seconds: number;
}

/** Where the addon lies beside this file: built on this machine, or shipped with the package (prebuildify's layout). */
const addonFiles = [
  '../build/release/geodesic_native.node',
  `../prebuilds/${process.platform}-${process.arch}/geodesic-native.node`,
];
let loaded: NativeAddon | undefined;

/**
 * The addon, loaded at the first call.
 * @throws GeoscribeError `MissingLibraryError` where it has neither been built nor shipped, or does not load.
 */
export function nativeAddon(): NativeAddon {
  loaded ??= loadAddon(addonFiles);
  return loaded;
}

/** The first of these files, relative to this one, that is there. */
export function loadAddon(files: readonly string[]): NativeAddon {
  const there = files.find((file) => existsSync(new URL(file, import.meta.url))) ?? files[0]!;
  try {
    return createRequire(import.meta.url)(there) as NativeAddon;
  } catch (error) {
    throw new GeoscribeError(
      'MissingLibraryError',
      'The native library of the geodesic transform could not be loaded',
      {
        file: basename(there),
        expected: `a library built on this machine, or one for ${process.platform}-${process.arch} in the package`,
        received: error instanceof Error ? error.message.split('\n')[0]! : String(error),
        nextStep: 'Run `npm run setup`.',
      },
      { cause: error },
    );
  }
}
