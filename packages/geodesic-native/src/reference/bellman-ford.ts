import type { Vec3 } from '../checks.js';
import type { Neighbourhood } from '../distance-problem.js';
import { neighbourOf, stepsOf } from './grid.js';
import type { ReferenceTerrain } from './reference-terrain.js';

const f = Math.fround;

export interface ReferencePathProblem {
  dims: Vec3;
  spacing: Vec3;
  terrain: ReferenceTerrain;
  /** Voxels no step may enter, beside those that are not finite. */
  walls: boolean[];
  /** Probability of the class by voxel; undefined: the term is left out. */
  probability: Float32Array | undefined;
  isSeed: (voxel: number) => boolean;
  distanceWeight: number;
  gradientWeight: number;
  probabilityWeight: number;
  cutoff: number;
  neighbours: Neighbourhood;
}

/**
 * Bellman and Ford's relaxation (1958, 1956): every step is tried again and again until none improves a voxel. No queue,
 * no order that could be wrong; every operation of the cost rounded to float32 in the documented order.
 */
export function bellmanFord(problem: ReferencePathProblem): Float32Array {
  const { dims, terrain, walls } = problem;
  const steps = stepsOf(problem.spacing, problem.neighbours);
  const cutoff = f(problem.cutoff);
  const distance = new Float32Array(dims[0] * dims[1] * dims[2]).fill(Infinity);
  distance.forEach((_, voxel) => {
    if (problem.isSeed(voxel)) distance[voxel] = 0;
  });
  for (let improved = true; improved; ) {
    improved = false;
    distance.forEach((reached, from) => {
      if (reached === Infinity || terrain.broken[from]) return;
      for (const { delta, length } of steps) {
        const to = neighbourOf(dims, from, delta);
        if (to === undefined || walls[to] || terrain.broken[to]) continue;
        const candidate = f(reached + stepCost(problem, length, from, to));
        if (candidate > cutoff || !(candidate < distance[to]!)) continue;
        distance[to] = candidate;
        improved = true;
      }
    });
  }
  return distance;
}

/** ((w_d h + w_g |dI|) + w_p (1 - p)) + 1e-5 */
function stepCost(problem: ReferencePathProblem, length: number, from: number, to: number): number {
  const difference = Math.max(...problem.terrain.channels.map((channel) => f(Math.abs(f(channel[to]! - channel[from]!)))));
  const gradient = f(f(problem.gradientWeight) * difference);
  const entry = problem.probability === undefined ? 0 : entryCost(problem.probabilityWeight, problem.probability[to]!);
  return f(f(f(f(problem.distanceWeight * length) + gradient) + entry) + f(1e-5));
}

function entryCost(weight: number, probability: number): number {
  return f(f(weight) * f(1 - Math.min(1, Math.max(0, probability))));
}
