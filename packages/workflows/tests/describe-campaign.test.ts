import { expect, it } from 'vitest';
import { initialState, statusOf, type CampaignState, type PropagationStatistics } from '@geoscribe/campaign';
import { describeCampaign } from '../src/workflows/describe-campaign.js';
import { fakeCampaign } from './support/fake-activities.js';

const statistics = (flippedVoxels: number): PropagationStatistics => ({
  focusFraction: 0.0123,
  reachedVoxels: [15_200_000, 1],
  flippedVoxels,
  walledShare: 0,
  meanConfidence: 0.5,
  seconds: 0.125,
});

/** A campaign after its first geodesic step on these cases. */
function propagated(ids: string[], labels = ['background', 'organ']): CampaignState {
  const input = fakeCampaign('described', { cases: ids.map((id) => ({ id, role: 'scribbled' })) });
  input.settings.dataset.labels = labels;
  const pseudoLabels = ids.map((caseId, index) => ({ caseId, statistics: statistics(index) }));
  const arm = { arm: 'main', predictions: [], pseudoLabels, iterations: [] } as unknown as CampaignState['arms'][number];
  return { ...initialState(input), stage: 'propagating', iteration: 1, arms: [arm] };
}

function describedLines(state: CampaignState): string[] {
  return describeCampaign(statusOf(state), state.input.settings.dataset.labels).split('\n');
}

it('has a table of the iterations and one of the cases', () => {
  const lines = describedLines(propagated(['a', 'b']));
  expect(lines).toContain('| 1 | 2 | 30 400 000 / 2 | 1 | 0.25 |');
  expect(lines).toContain('Iteration 1 by case: 2 pseudo labels, 1 voxel flipped, 0.25 s.');
  expect(lines).toContain('| b | pending | 1.2 % | 15 200 000 / 1 | 1 | 0.13 |');
  expect(lines.at(-1)).toBe('| a | pending | 1.2 % | 15 200 000 / 1 | 0 | 0.13 |');
});

it('names the 30 cases with the most flipped voxels and counts the others', () => {
  const lines = describedLines(propagated(Array.from({ length: 32 }, (_, index) => `case${index}`)));
  expect(lines.filter((line) => line.startsWith('| case') && line.includes('pending'))).toHaveLength(30);
  expect(lines.some((line) => line.startsWith('| case31 '))).toBe(true);
  expect(lines.some((line) => line.startsWith('| case1 '))).toBe(false);
  expect(lines.at(-1)).toBe('… and 2 cases with fewer flipped voxels.');
});

it('keeps its columns whatever a class is called', () => {
  const lines = describedLines(propagated(['a'], ['background', 'left|right\nlobe']));
  const header = lines.find((line) => line.startsWith('| case |'));
  expect(header).toBe('| case | review | focus area | reached voxels: background / left right lobe | flipped voxels | seconds |');
});
