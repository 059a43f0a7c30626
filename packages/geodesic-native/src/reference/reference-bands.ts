import type { Vec3 } from '../checks.js';
import type { ResolvedEdgeBands } from '../edge-bands.js';
import { neighbourOf } from './grid.js';

interface Labels {
  pseudoLabel: Uint8Array;
  confidence: Float32Array;
  focus: Uint8Array;
}

/** Edge distance of every focus voxel by repeated sweeps, then the caps. */
export function capBesideEdges(problem: ResolvedEdgeBands & { dims: Vec3 }, labels: Labels): void {
  const { edgeCaps, dims } = problem;
  if (edgeCaps.length === 0) return;
  const { pseudoLabel, focus } = labels;
  const neighboursOf = (voxel: number) =>
    countedDeltas(problem.edgeAxes).flatMap((delta) => neighbourOf(dims, voxel, delta) ?? []);
  const distance = Array.from(focus, (inside, voxel) =>
    inside === 1 && neighboursOf(voxel).some((other) => pseudoLabel[other] !== pseudoLabel[voxel]) ? 0 : Infinity,
  );
  for (let reach = 1; reach < edgeCaps.length; reach += 1) {
    const reached = distance.map((d) => d === reach - 1);
    distance.forEach((d, voxel) => {
      if (focus[voxel] === 1 && d === Infinity && neighboursOf(voxel).some((other) => reached[other])) distance[voxel] = reach;
    });
  }
  distance.forEach((d, voxel) => {
    const cap = edgeCaps[d];
    if (cap !== undefined) labels.confidence[voxel] = Math.min(labels.confidence[voxel]!, cap);
  });
}

function countedDeltas(axes: readonly [boolean, boolean, boolean]): Vec3[] {
  return axes.flatMap((counts, axis) => {
    if (!counts) return [];
    return [-1, 1].map((step): Vec3 => [axis === 0 ? step : 0, axis === 1 ? step : 0, axis === 2 ? step : 0]);
  });
}
