import type { Vec3 } from '../checks.js';
import type { Neighbourhood } from '../distance-problem.js';

export interface ReferenceStep {
  delta: Vec3;
  /** Physical length over the smallest spacing. */
  length: number;
}

/** The steps of a neighbourhood; squares are summed from the smallest, so that axes can be permuted. */
export function stepsOf(spacing: Vec3, neighbours: Neighbourhood): ReferenceStep[] {
  const least = Math.min(...spacing);
  const steps: ReferenceStep[] = [];
  for (const delta of deltas()) {
    const axes = delta.filter((step) => step !== 0).length;
    if (axes === 0 || (neighbours === 6 && axes > 1)) continue;
    const squares = delta.map((step, axis) => (step === 0 ? 0 : (spacing[axis]! / least) * (spacing[axis]! / least)));
    squares.sort((a, b) => a - b);
    steps.push({ delta, length: Math.sqrt(squares[0]! + squares[1]! + squares[2]!) });
  }
  return steps;
}

/** Index of the voxel one step further, or undefined outside the volume. */
export function neighbourOf(dims: Vec3, voxel: number, delta: Vec3): number | undefined {
  const [nx, ny, nz] = dims;
  const x = (voxel % nx) + delta[0];
  const y = (Math.floor(voxel / nx) % ny) + delta[1];
  const z = Math.floor(voxel / (nx * ny)) + delta[2];
  const inside = x >= 0 && y >= 0 && z >= 0 && x < nx && y < ny && z < nz;
  return inside ? x + nx * (y + ny * z) : undefined;
}

export function forWindow(dims: Vec3, voxel: number, visit: (neighbour: number) => void): void {
  for (const delta of deltas()) {
    const neighbour = neighbourOf(dims, voxel, delta);
    if (neighbour !== undefined) visit(neighbour);
  }
}

function deltas(): Vec3[] {
  const along = [-1, 0, 1];
  return along.flatMap((dz) => along.flatMap((dy) => along.map((dx): Vec3 => [dx, dy, dz])));
}
