import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignClient, CampaignOverview } from '@geoscribe/workflows/client';

const pollMs = 500;

/** What is done with a look; `'stop'` makes it the last one. */
export type OnLook = (overview: CampaignOverview) => Promise<'stop' | undefined> | 'stop' | undefined;

/**
 * Looks at a campaign again and again until it has ended or `onLook`, which gets every look, says stop.
 *
 * @returns the last look: `execution` says whether and how it ended.
 * @throws what `onLook` throws; `signal.reason`; GeoscribeError as `CampaignClient.overview`.
 */
export async function watchCampaign(
  client: CampaignClient,
  name: string,
  onLook: OnLook,
  signal?: AbortSignal,
): Promise<CampaignOverview> {
  for (;;) {
    const overview = await client.overview(name);
    if ((await onLook(overview)) === 'stop') return overview;
    if (overview.execution !== 'RUNNING' && overview.execution !== 'CONTINUED_AS_NEW') return overview;
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}
