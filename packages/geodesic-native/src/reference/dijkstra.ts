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

/** Dijkstra by the textbook, every operation of the cost rounded to float32 in the documented order. */
export function dijkstra(problem: ReferencePathProblem): Float32Array {
  const { dims, terrain, walls } = problem;
  const steps = stepsOf(problem.spacing, problem.neighbours);
  const cutoff = f(problem.cutoff);
  const distance = new Float32Array(dims[0] * dims[1] * dims[2]).fill(Infinity);
  const queue = new Queue();
  distance.forEach((_, voxel) => {
    if (!problem.isSeed(voxel)) return;
    distance[voxel] = 0;
    if (!terrain.broken[voxel]) queue.push(0, voxel);
  });
  for (let nearest = queue.pop(); nearest !== undefined; nearest = queue.pop()) {
    const [reached, from] = nearest;
    if (reached > distance[from]!) continue;
    for (const { delta, length } of steps) {
      const to = neighbourOf(dims, from, delta);
      if (to === undefined || walls[to] || terrain.broken[to]) continue;
      const candidate = f(reached + stepCost(problem, length, from, to));
      if (candidate <= cutoff && candidate < distance[to]!) {
        distance[to] = candidate;
        queue.push(candidate, to);
      }
    }
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

/** Binary heap of [key, voxel]. */
class Queue {
  private readonly items: [key: number, voxel: number][] = [];

  push(key: number, voxel: number): void {
    let at = this.items.push([key, voxel]) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.items[parent]![0] <= key) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  pop(): [key: number, voxel: number] | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (this.items.length === 0 || last === undefined) return first;
    this.items[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.items.length && this.items[child]![0] < this.items[least]![0]) least = child;
      }
      if (least === at) return first;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    [this.items[a], this.items[b]] = [this.items[b]!, this.items[a]!];
  }
}
