import { GeoscribeError } from '@geoscribe/campaign';
import type { CampaignClient } from '@geoscribe/workflows/client';

/**
 * The campaign a command means: the named one, else the only one that runs, else the only one there is.
 *
 * @throws GeoscribeError `InvalidArgumentError` listing the names where there are none or several.
 */
export async function chooseCampaign(client: CampaignClient, name: string | undefined): Promise<string> {
  if (name !== undefined) return name;
  const campaigns = await client.list();
  const running = campaigns.filter(({ execution }) => execution === 'RUNNING');
  const [only, ...others] = running.length > 0 ? running : campaigns;
  if (only !== undefined && others.length === 0) return only.name;
  throw new GeoscribeError('InvalidArgumentError', 'Which campaign is meant is not clear', {
    field: '--campaign',
    expected: only === undefined ? 'a campaign' : `one of ${[only, ...others].map((entry) => entry.name).join(', ')}`,
    received: 'none',
    nextStep: only === undefined ? 'Start one with `geoscribe campaign start <campaign.yaml>`.' : 'Name it with --campaign.',
  });
}
