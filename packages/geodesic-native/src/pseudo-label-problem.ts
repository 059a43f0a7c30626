import { propagationModes, type PropagationMode } from '@geoscribe/campaign';
import { checkArray, checkDims, checkInteger, checkList, checkOneOf, checkPositive, checkShare, checkSpacing, checkWeight, type Vec3 } from './checks.js';
import { gateRules, neighbourhoods, type GateRule, type Neighbourhood, type ProbabilityArray } from './distance-problem.js';
import { defaultEdgeBands, resolveEdgeBands, type EdgeBands } from './edge-bands.js';
import { resolveImage, type Image } from './image.js';
import type { NativePseudoLabelJob } from './native.js';

/** What a person did with a case. */
export type ReviewKind = 'scribbles' | 'no-error' | 'unseen';

/** Which pseudo label is asked for. n = nx * ny * nz, C = classes. */
export interface PseudoLabelProblem {
  /** Voxels along x, y, z; x is fastest in memory. */
  dims: Vec3;
  /** Voxel edge lengths, mm, > 0. */
  spacing: Vec3;
  /** [n] a channel; read by the modes `posterior` and `reference` only. Voxels that are NaN or infinite are walls. */
  image: Image;
  /** [C, Z, Y, X], softmax of the current network, float32 from 0 to 1 or uint8 in 255ths. */
  probability: ProbabilityArray;
  /** C, background included; 1 to 255. */
  classes: number;
  /** uint8 [n]: class drawn on a voxel, 255 = unmarked. Needed for review `scribbles`, not read otherwise. */
  seeds?: Uint8Array | undefined;
  /** uint8 or uint16 [n], below C: argmax of the network before fine-tuning. */
  originLabel: Uint8Array | Uint16Array;
  /** uint8 [n]: no step may enter a voxel with 0. */
  mask?: Uint8Array | undefined;
  /** Default `posterior`. */
  mode?: PropagationMode;
  /**
   * Default `scribbles`. The others override the mode: `no-error` gives the origin label with confidence 1, `unseen`
   * the origin label with 0.5 p.
   */
  review?: ReviewKind;
  /** w_d, one number or one a class; default 0.01. */
  distanceWeight?: number | readonly number[];
  /** w_g; default 1. */
  gradientWeight?: number;
  /** w_p; default 0.1. */
  probabilityWeight?: number;
  /** Greatest path cost, > 0, Infinity for none; default 5. */
  cutoff?: number;
  /** Scale of G, > 0; default 5. */
  tau?: number;
  /** Weight of G against log p in the posterior, > 0, one number or one a class; default 6. */
  beta?: number | readonly number[];
  /** Default `robust`; `reference` in mode `reference`. */
  gate?: GateRule;
  /** Default 6. */
  neighbours?: Neighbourhood;
  /** The focus area is where max G exceeds this, 0 to 1; default 0.1. */
  focusThreshold?: number;
  /** Default caps 0, 0.25, 0.5, axes `auto`. */
  edgeBands?: EdgeBands;
}

/** The problem with every default filled in and every argument checked. */
export type ResolvedPseudoLabelProblem = Omit<NativePseudoLabelJob, 'threads' | 'onProgress'> & { voxels: number };

/**
 * @param needs `seeds`: whether a mode that reads seeds must be given some.
 * @throws GeoscribeError `InvalidArgumentError` naming the argument.
 */
export function resolvePseudoLabelProblem(problem: PseudoLabelProblem, needs = { seeds: true }): ResolvedPseudoLabelProblem {
  const voxels = checkDims(problem.dims);
  checkSpacing(problem.spacing);
  const classes = checkInteger('classes', problem.classes, 1, 255);
  const mode = resolveMode(problem);
  const spreads = mode === 'posterior' || mode === 'reference';
  const drawn = spreads || mode === 'seeds-only' || mode === 'partial';
  checkArray('probability', problem.probability, ['Float32Array', 'Uint8Array'], voxels * classes);
  checkArray('originLabel', problem.originLabel, ['Uint8Array', 'Uint16Array'], voxels);
  if (problem.mask !== undefined) checkArray('mask', problem.mask, ['Uint8Array'], voxels);
  if (drawn && (needs.seeds || problem.seeds !== undefined)) checkArray('seeds', problem.seeds, ['Uint8Array'], voxels);
  return {
    voxels,
    dims: problem.dims,
    spacing: problem.spacing,
    channels: spreads ? resolveImage(problem.image, voxels) : [],
    mask: spreads ? problem.mask : undefined,
    mode,
    classes,
    probability: problem.probability,
    seeds: drawn ? problem.seeds : undefined,
    originLabel: problem.originLabel,
    distanceWeight: byClass('distanceWeight', problem.distanceWeight ?? 0.01, classes, checkWeight),
    gradientWeight: checkWeight('gradientWeight', problem.gradientWeight ?? 1),
    probabilityWeight: checkWeight('probabilityWeight', problem.probabilityWeight ?? 0.1),
    cutoff: checkPositive('cutoff', problem.cutoff ?? 5, { infinite: true }),
    tau: checkPositive('tau', problem.tau ?? 5, { infinite: false }),
    beta: byClass('beta', problem.beta ?? 6, classes, (name, value) => checkPositive(name, value, { infinite: false })),
    gate: checkOneOf('gate', problem.gate ?? (mode === 'reference' ? 'reference' : 'robust'), gateRules),
    neighbours: checkOneOf('neighbours', problem.neighbours ?? 6, neighbourhoods),
    focusThreshold: checkShare('focusThreshold', problem.focusThreshold ?? 0.1),
    ...resolveEdgeBands(problem.edgeBands ?? defaultEdgeBands, problem.spacing),
  };
}

function resolveMode(problem: PseudoLabelProblem): NativePseudoLabelJob['mode'] {
  const mode = checkOneOf('mode', problem.mode ?? 'posterior', propagationModes);
  const review = checkOneOf('review', problem.review ?? 'scribbles', ['scribbles', 'no-error', 'unseen']);
  // A case nobody looked at is treated as self-training treats all cases.
  return review === 'no-error' ? 'no-error' : review === 'unseen' ? 'self-training' : mode;
}

function byClass(
  name: string,
  value: number | readonly number[],
  classes: number,
  check: (name: string, value: number) => number,
): number[] {
  if (typeof value === 'number') return new Array<number>(classes).fill(check(name, value));
  const list = checkList(name, value, classes, `a number, or ${classes} of them`);
  return list.map((one, index) => check(`${name}[${index}]`, one));
}
