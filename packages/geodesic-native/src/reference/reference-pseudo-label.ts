import { influence } from '../influence.js';
import type { PseudoLabelResult, PseudoLabelStatistics } from '../pseudo-label.js';
import { resolvePseudoLabelProblem, type PseudoLabelProblem, type ResolvedPseudoLabelProblem } from '../pseudo-label-problem.js';
import { propagationStatistics } from '../statistics.js';
import { bellmanFord } from './bellman-ford.js';
import { capBesideEdges } from './reference-bands.js';
import { checkClasses, checkProbability } from './reference-checks.js';
import { labelOf } from './reference-rule.js';
import { referenceTerrain } from './reference-terrain.js';
import { channelValues, probabilityValues } from './reference-values.js';

const unmarked = 255;

export type ReferencePseudoLabel = Omit<PseudoLabelResult, 'statistics'> & {
  statistics: Omit<PseudoLabelStatistics, 'seconds'>;
};

/**
 * What `pseudoLabel` must return: bit for bit: slow TypeScript for volumes of some thousand voxels.
 *
 * Same formula, arguments and errors as `pseudoLabel`; every bad value is an `InvalidArgumentError`.
 */
export function referencePseudoLabel(options: PseudoLabelProblem): ReferencePseudoLabel {
  const problem = resolvePseudoLabelProblem(options);
  const probability = probabilityValues(problem.probability);
  checkProbability(probability);
  checkClasses('originLabel', problem.originLabel, problem.classes);
  if (problem.seeds) checkClasses('seeds', problem.seeds, problem.classes, unmarked);
  const seedOf = (voxel: number) => problem.seeds?.[voxel] ?? unmarked;
  const spreads = problem.mode === 'posterior' || problem.mode === 'reference';

  const output = {
    pseudoLabel: Uint8Array.from(problem.originLabel),
    confidence: new Float32Array(problem.voxels),
    focus: new Uint8Array(problem.voxels),
  };
  const { distances, gated } = spreads ? distancesOf(problem, probability, seedOf) : { distances: [], gated: [] };
  for (let v = 0; v < problem.voxels; v += 1) {
    const p = classNumbers(problem.classes).map((c) => certainty(probability, c * problem.voxels + v));
    const result = labelOf(problem, p, distances.map((d) => influence(d[v]!, problem.tau)), problem.originLabel[v]!);
    const drawn = seedOf(v) !== unmarked;
    output.pseudoLabel[v] = drawn ? seedOf(v) : result.label;
    output.confidence[v] = result.confidence;
    output.focus[v] = drawn || result.focus ? 1 : 0;
  }
  if (spreads) capBesideEdges(problem, output);
  output.confidence.forEach((_, v) => {
    if (seedOf(v) !== unmarked) output.confidence[v] = 1;
  });
  return { ...output, statistics: statisticsOf(problem, output, distances, gated) };
}

function classNumbers(classes: number): number[] {
  return Array.from({ length: classes }, (_, c) => c);
}

/** Clamped probability, 0 where it is NaN. */
function certainty(probability: Float32Array, index: number): number {
  const p = probability[index]!;
  return Number.isNaN(p) ? 0 : Math.min(1, Math.max(0, p));
}

/** Geodesic distance by class, and what the gate closes. */
function distancesOf(problem: ResolvedPseudoLabelProblem, probability: Float32Array, seedOf: (voxel: number) => number) {
  const terrain = referenceTerrain(problem.dims, problem.channels.map(channelValues), true, problem.gate);
  const distances = classNumbers(problem.classes).map((c) =>
    bellmanFord({
      ...problem,
      terrain,
      walls: terrain.gated.map((gated, voxel) => gated || problem.mask?.[voxel] === 0),
      probability: probability.slice(c * problem.voxels, (c + 1) * problem.voxels),
      isSeed: (voxel) => seedOf(voxel) === c,
      distanceWeight: problem.distanceWeight[c]!,
    }),
  );
  return { distances, gated: terrain.gated };
}

function statisticsOf(
  problem: ResolvedPseudoLabelProblem,
  output: Omit<ReferencePseudoLabel, 'statistics'>,
  distances: Float32Array[],
  gated: boolean[],
) {
  const origin = Array.from(problem.originLabel);
  const classes = classNumbers(problem.classes);
  const countIn = (c: number, condition: (voxel: number) => boolean) =>
    origin.filter((label, voxel) => label === c && condition(voxel)).length;
  const spreads = distances.length > 0;
  return propagationStatistics(
    {
      focusVoxels: output.focus.filter((inside) => inside === 1).length,
      flippedVoxels: origin.filter((label, voxel) => label !== output.pseudoLabel[voxel]).length,
      confidenceSum: output.confidence.reduce((sum, value) => sum + value, 0),
      reachedVoxels: classes.map((c) => (distances[c] ?? []).filter((d) => d < Infinity).length),
      predictedVoxels: classes.map((c) => (spreads ? countIn(c, () => true) : 0)),
      walledVoxels: classes.map((c) => (c === 0 ? 0 : countIn(c, (voxel) => gated[voxel] === true))),
    },
    problem.voxels,
  );
}
