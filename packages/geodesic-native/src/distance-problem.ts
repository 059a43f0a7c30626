import { checkArray, checkChannels, checkDims, checkInteger, checkOneOf, checkPositive, checkSpacing, checkWeight, type Vec3 } from './checks.js';

/** How the intensity gate is found; see `method.md` section 2.1. */
export type GateRule = 'none' | 'robust' | 'reference';
export const gateRules: readonly GateRule[] = ['none', 'robust', 'reference'];

/** Neighbours of a voxel: those that share a face, or a face, edge or corner. */
export type Neighbourhood = 6 | 26;
export const neighbourhoods: readonly Neighbourhood[] = [6, 26];

/** Weights of the step cost. */
export interface StepWeights {
  /** w_d, by step length over smallest spacing; default 0.01. */
  distance: number;
  /** w_g, by unit of smoothed intensity; default 1. */
  gradient: number;
  /** w_p, by 1 - probability; default 0.1. */
  probability: number;
}

/** Which geodesic distance is asked for. n = nx * ny * nz. */
export interface DistanceProblem {
  /** Voxels along x, y, z; x is fastest in memory. */
  dims: Vec3;
  /** Voxel edge lengths, mm, > 0. */
  spacing: Vec3;
  /** float32 [n], or one such array a channel. Voxels that are NaN or infinite are walls. */
  image: Float32Array | readonly Float32Array[];
  /** False: the image is smooth already, its 3x3x3 mean is not taken. Default true. */
  smooth?: boolean;
  /** float32 [n], 0 to 1: the class's probability; NaN is a wall. Left out: the term w_p (1 - p) is 0. */
  probability?: Float32Array | undefined;
  /** uint8 [n]: seed map. A binary mask is a seed map of class 1. */
  seeds: Uint8Array;
  /** Value of `seeds` that marks this class's seeds, 0 to 254. */
  seedClass: number;
  weights?: Partial<StepWeights>;
  /** Default `robust`. */
  gate?: GateRule;
  /** Greatest path cost; longer paths are unreached. > 0, Infinity for none; default 5. Rounded to float32. */
  cutoff?: number;
  /** Default 6. */
  neighbours?: Neighbourhood;
  /** uint8 [n]: no step may enter a voxel with 0. */
  mask?: Uint8Array | undefined;
}

/** The problem with every default filled in and every argument checked. */
export interface ResolvedDistanceProblem {
  voxels: number;
  dims: Vec3;
  spacing: Vec3;
  channels: Float32Array[];
  smooth: boolean;
  probability: Float32Array | undefined;
  seeds: Uint8Array;
  seedClass: number;
  distanceWeight: number;
  gradientWeight: number;
  probabilityWeight: number;
  gate: GateRule;
  cutoff: number;
  neighbours: Neighbourhood;
  mask: Uint8Array | undefined;
}

/** @throws GeoscribeError `InvalidArgumentError` naming the argument. */
export function resolveDistanceProblem(problem: DistanceProblem): ResolvedDistanceProblem {
  const voxels = checkDims(problem.dims);
  checkSpacing(problem.spacing);
  const channels = checkChannels('image', problem.image, voxels);
  if (problem.probability !== undefined) checkArray('probability', problem.probability, ['Float32Array'], voxels);
  if (problem.mask !== undefined) checkArray('mask', problem.mask, ['Uint8Array'], voxels);
  checkArray('seeds', problem.seeds, ['Uint8Array'], voxels);
  return {
    voxels,
    dims: problem.dims,
    spacing: problem.spacing,
    channels,
    smooth: checkOneOf('smooth', problem.smooth ?? true, [true, false]),
    probability: problem.probability,
    seeds: problem.seeds,
    seedClass: checkInteger('seedClass', problem.seedClass, 0, 254),
    distanceWeight: checkWeight('weights.distance', problem.weights?.distance ?? 0.01),
    gradientWeight: checkWeight('weights.gradient', problem.weights?.gradient ?? 1),
    probabilityWeight: checkWeight('weights.probability', problem.weights?.probability ?? 0.1),
    gate: checkOneOf('gate', problem.gate ?? 'robust', gateRules),
    cutoff: checkPositive('cutoff', problem.cutoff ?? 5, { infinite: true }),
    neighbours: checkOneOf('neighbours', problem.neighbours ?? 6, neighbourhoods),
    mask: problem.mask,
  };
}
