import type { PropagationStatistics } from './activities.js';
import type { ArmState, CampaignState } from './campaign-state.js';
import { counted } from './counted.js';

/** What the geodesic step of one iteration did, over its cases. */
export interface PropagationTotals {
  iteration: number;
  cases: number;
  /** Voxels reached by each class's geodesic, summed over the cases, by class. */
  reachedVoxels: number[];
  /** Voxels whose pseudo label differs from the origin label, summed over the cases. */
  flippedVoxels: number;
  /** Wall time of the transforms, summed over the cases; without reading and writing their arrays. */
  seconds: number;
}

export type CaseStatistics = { caseId: string; statistics: PropagationStatistics }[];

/**
 * Sums over the cases of an iteration.
 *
 * @param classes length of `reachedVoxels`, background included; a class that a case does not name counts as 0 there.
 */
export function propagationTotals(iteration: number, cases: CaseStatistics, classes: number): PropagationTotals {
  const sum = (of: (statistics: PropagationStatistics) => number): number =>
    cases.reduce((total, { statistics }) => total + of(statistics), 0);
  return {
    iteration,
    cases: cases.length,
    reachedVoxels: Array.from({ length: classes }, (_, label) => sum(({ reachedVoxels }) => reachedVoxels[label] ?? 0)),
    flippedVoxels: sum(({ flippedVoxels }) => flippedVoxels),
    seconds: sum(({ seconds }) => seconds),
  };
}

/** Totals of the method's iterations that have a pseudo label, the running one (so far) included, in their order. */
export function propagationsOf(state: CampaignState): PropagationTotals[] {
  const [main] = state.arms;
  if (main === undefined) return [];
  const classes = state.input.settings.dataset.labels.length;
  const finished = main.iterations.map(({ iteration, statistics }) => propagationTotals(iteration, statistics, classes));
  const isNew = main.iterations.at(-1)?.iteration !== state.iteration;
  const running = isNew ? [propagationTotals(state.iteration, newestStatistics(main), classes)] : [];
  return [...finished, ...running].filter(({ cases }) => cases > 0);
}

/** Statistics of an arm's newest pseudo labels. */
export function newestStatistics({ pseudoLabels }: ArmState): CaseStatistics {
  return pseudoLabels.map(({ caseId, statistics }) => ({ caseId, statistics }));
}

/** `3 pseudo labels, 1 206 voxels flipped, 0.24 s`. */
export function propagationInWords({ cases, flippedVoxels, seconds }: PropagationTotals): string {
  return `${counted(cases, 'pseudo label')}, ${counted(flippedVoxels, 'voxel')} flipped, ${seconds.toFixed(2)} s`;
}
