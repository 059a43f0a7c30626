import { resolveDistanceProblem, type DistanceProblem } from '../distance-problem.js';
import { dijkstra } from './dijkstra.js';
import { checkProbability } from './reference-checks.js';
import { referenceTerrain } from './reference-terrain.js';

/**
 * What `geodesicDistance` must return, bit for bit: slow TypeScript for volumes of some thousand voxels.
 *
 * Same formula, arguments, result and `InvalidArgumentError` as `geodesicDistance`.
 */
export function referenceDistance(problem: DistanceProblem): Float32Array {
  const resolved = resolveDistanceProblem(problem);
  if (resolved.probability !== undefined) checkProbability(resolved.probability);
  const terrain = referenceTerrain(resolved.dims, resolved.channels, resolved.smooth, resolved.gate);
  return dijkstra({
    ...resolved,
    terrain,
    walls: terrain.gated.map((gated, voxel) => gated || resolved.mask?.[voxel] === 0),
    isSeed: (voxel) => resolved.seeds[voxel] === resolved.seedClass,
  });
}
