import type { CampaignStatus } from '@geoscribe/campaign';
import { loadCampaignConfig } from '../config/load-campaign-config.js';
import { selectDataset } from '../config/select-dataset.js';
import type { CampaignHome } from '../home/campaign-home.js';
import type { CampaignDesk } from '../runtime/campaign-desk.js';
import { startCampaign } from './start-campaign.js';

export interface ResumedCampaign {
  /** Submissions of people that were handed to the new run. */
  submissions: number;
  /** True where the new run does not wait for a person, as the one before had been past that. */
  reviewed: boolean;
}

/**
 * Starts a new run of a campaign that ended, from its configuration in the home. What earlier runs computed comes from
 * the memo of activities, and what people drew from the submission folder.
 *
 * @throws GeoscribeError `InvalidConfigError` where the home knows no such campaign or it still runs.
 */
export async function resumeCampaign(home: CampaignHome, desk: CampaignDesk, name: string, searchAttributes: boolean): Promise<ResumedCampaign> {
  const { config, directory } = await loadCampaignConfig(home.campaignConfig(name));
  const before = await lastStatus(desk, name);
  const dataset = await selectDataset(config, directory);
  await startCampaign(home, desk, { config, directory, dataset, searchAttributes });
  const review = desk.review(name);
  const stored = await desk.submissions.latest(name);
  for (const submission of stored) await review.resubmit(submission);
  const reviewed = before !== null && before.completedRounds > 0;
  if (reviewed) await desk.client.complete(name);
  return { submissions: stored.length, reviewed };
}

/** Where the earlier run had come; null where Temporal has forgotten it. */
async function lastStatus(desk: CampaignDesk, name: string): Promise<CampaignStatus | null> {
  try {
    return (await desk.client.overview(name)).status;
  } catch {
    return null;
  }
}
