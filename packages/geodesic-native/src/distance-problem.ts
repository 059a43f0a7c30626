import { checkArray, checkDims, checkInteger, checkOneOf, checkPositive, checkSpacing, checkWeight, invalid, show, type Vec3 } from './checks.js';
import { resolveImage, type Image } from './image.js';
import type { NativeDistanceJob } from './native.js';

/** How the intensity gate is found; see `method.md` section 2.1. */
export type GateRule = 'none' | 'robust' | 'reference';
export const gateRules: readonly GateRule[] = ['none', 'robust', 'reference'];

/** Neighbours of a voxel: those that share a face, or a face, edge or corner. */
export type Neighbourhood = 6 | 26;
export const neighbourhoods: readonly Neighbourhood[] = [6, 26];

/** float32 [n], 0 to 1, or uint8 [n] in 255ths. */
export type ProbabilityArray = Float32Array | Uint8Array;

/** Weights of the step cost. */
export interface StepWeights {
  /** w_d, by step length over smallest spacing; default 0.01. */
  distance: number;
  /** w_g, by unit of smoothed intensity; default 1. */
  gradient: number;
  /** w_p, by 1 - probability; default 0.1. */
  probability: number;
}

/** A class whose distances are asked for. */
export interface DistanceClass {
  /** Value of `seeds` that marks this class's seeds, 0 to 254. A class occurs once. */
  seedClass: number;
  /** The class's probability; NaN is a wall. Left out: the term w_p (1 - p) is 0. */
  probability?: ProbabilityArray | undefined;
  /** This class's own w_d. */
  distanceWeight?: number | undefined;
}

/** Which geodesic distances are asked for. n = nx * ny * nz. */
export interface DistanceProblem {
  /** Voxels along x, y, z; x is fastest in memory. */
  dims: Vec3;
  /** Voxel edge lengths, mm, > 0. */
  spacing: Vec3;
  /** [n] a channel. Voxels that are NaN or infinite are walls. */
  image: Image;
  /** False: the image is smooth already, its 3x3x3 mean is not taken. Default true. */
  smooth?: boolean;
  /** uint8 [n]: seed map. A binary mask is a seed map of class 1. */
  seeds: Uint8Array;
  /** 1 to 255 of them. */
  classes: readonly DistanceClass[];
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
export type ResolvedDistanceProblem = Omit<NativeDistanceJob, 'threads' | 'onProgress' | 'algorithm'> & { voxels: number };

/** @throws GeoscribeError `InvalidArgumentError` naming the argument. */
export function resolveDistanceProblem(problem: DistanceProblem): ResolvedDistanceProblem {
  const voxels = checkDims(problem.dims);
  checkSpacing(problem.spacing);
  const channels = resolveImage(problem.image, voxels);
  if (problem.mask !== undefined) checkArray('mask', problem.mask, ['Uint8Array'], voxels);
  checkArray('seeds', problem.seeds, ['Uint8Array'], voxels);
  const distanceWeight = checkWeight('weights.distance', problem.weights?.distance ?? 0.01);
  return {
    voxels,
    dims: problem.dims,
    spacing: problem.spacing,
    channels,
    smooth: checkOneOf('smooth', problem.smooth ?? true, [true, false]),
    seeds: problem.seeds,
    classes: resolveClasses(problem.classes, distanceWeight, voxels),
    gradientWeight: checkWeight('weights.gradient', problem.weights?.gradient ?? 1),
    probabilityWeight: checkWeight('weights.probability', problem.weights?.probability ?? 0.1),
    gate: checkOneOf('gate', problem.gate ?? 'robust', gateRules),
    cutoff: checkPositive('cutoff', problem.cutoff ?? 5, { infinite: true }),
    neighbours: checkOneOf('neighbours', problem.neighbours ?? 6, neighbourhoods),
    mask: problem.mask,
  };
}

function resolveClasses(classes: readonly DistanceClass[], distanceWeight: number, voxels: number): NativeDistanceJob['classes'] {
  if (!Array.isArray(classes) || classes.length === 0) throw invalid('classes', 'at least one class', show(classes));
  const seen = new Set<number>();
  return Array.from(classes as readonly DistanceClass[], (one, index) => {
    const argument = `classes[${index}]`;
    checkInteger(`${argument}.seedClass`, one?.seedClass, 0, 254);
    if (seen.has(one.seedClass)) throw invalid(`${argument}.seedClass`, 'a class that occurs once', `${one.seedClass} again`);
    seen.add(one.seedClass);
    if (one.probability !== undefined) checkArray(`${argument}.probability`, one.probability, ['Float32Array', 'Uint8Array'], voxels);
    return {
      seedClass: one.seedClass,
      probability: one.probability,
      distanceWeight: checkWeight(`${argument}.distanceWeight`, one.distanceWeight ?? distanceWeight),
    };
  });
}
