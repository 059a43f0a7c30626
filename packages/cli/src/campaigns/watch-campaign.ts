import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignClient, CampaignOverview } from '@geoscribe/workflows/client';

const pollMs = 500;

/**
 * Looks at a campaign again and again until it has ended, and gives every look to `onLook`.
 *
 * @returns the last look: `execution` says how it ended.
 * @throws what `onLook` throws; `signal.reason`; GeoscribeError as `CampaignClient.overview`.
 */
export async function watchCampaign(
  client: CampaignClient,
  name: string,
  onLook: (overview: CampaignOverview) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<CampaignOverview> {
  for (;;) {
    const overview = await client.overview(name);
    await onLook(overview);
    if (overview.execution !== 'RUNNING' && overview.execution !== 'CONTINUED_AS_NEW') return overview;
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}
