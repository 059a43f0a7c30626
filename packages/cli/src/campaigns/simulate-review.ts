import type { CampaignStatus } from '@geoscribe/campaign';
import { simulateScribbles } from '@geoscribe/workflows/client';
import { simulatedAuthor } from '@geoscribe/campaign';
import type { CampaignDesk } from '../runtime/campaign-desk.js';

export interface SimulatedRound {
  cases: number;
  strokes: number;
  markedVoxels: number;
}

/** Lets the simulated annotator answer for every pending case of a waiting campaign. Needs their true labels; of one that is partly ignored and shows no error it says nothing: skipped. */
export async function simulateReview(
  desk: CampaignDesk,
  { name, cases }: CampaignStatus,
  annotator: { strokesPerCase: number; minimumComponent: number },
): Promise<SimulatedRound> {
  const { settings } = await desk.client.input(name);
  const review = desk.review(name, simulatedAuthor);
  const round = { cases: 0, strokes: 0, markedVoxels: 0 };
  for (const { id } of cases.filter((entry) => entry.role === 'scribbled' && entry.review === 'pending' && !entry.failure)) {
    const { receipt, strokes, markedVoxels } = await simulateScribbles(review, desk.store, id, {
      classes: settings.dataset.labels.length,
      ...annotator,
    });
    if (receipt === null) await desk.client.skip(name, id);
    round.cases += 1;
    round.strokes += strokes;
    round.markedVoxels += markedVoxels;
  }
  return round;
}
