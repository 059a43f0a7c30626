import { resolveDistanceProblem, type DistanceProblem } from '../distance-problem.js';
import { bellmanFord } from './bellman-ford.js';
import { checkProbability } from './reference-checks.js';
import { referenceTerrain } from './reference-terrain.js';
import { channelValues, probabilityValues } from './reference-values.js';

/**
 * What `geodesicDistance` must return, bit for bit: slow TypeScript for volumes of some thousand voxels.
 *
 * Same formula, arguments and `InvalidArgumentError` as `geodesicDistance`; returns its `distances`.
 */
export function referenceDistance(problem: DistanceProblem): Float32Array[] {
  const resolved = resolveDistanceProblem(problem);
  const terrain = referenceTerrain(resolved.dims, resolved.channels.map(channelValues), resolved.smooth, resolved.gate);
  return resolved.classes.map(({ seedClass, distanceWeight, probability }) => {
    const values = probability && probabilityValues(probability);
    if (values) checkProbability(values);
    return bellmanFord({
      ...resolved,
      terrain,
      walls: terrain.gated.map((gated, voxel) => gated || resolved.mask?.[voxel] === 0),
      probability: values,
      distanceWeight,
      isSeed: (voxel) => resolved.seeds[voxel] === seedClass,
    });
  });
}
