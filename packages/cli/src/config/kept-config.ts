import { existsSync } from 'node:fs';
import { campaignFields, type CampaignConfig } from '@geoscribe/campaign';
import type { CampaignHome } from '../home/campaign-home.js';
import { loadCampaignConfig } from './load-campaign-config.js';

/**
 * How the scribbles of a campaign are read and simulated, by the configuration that the home keeps of it; the defaults
 * where it keeps none, as for a campaign that was started from another home.
 *
 * @throws GeoscribeError `InvalidConfigError` where there is a file but a wrong one.
 */
export async function keptConfig(home: CampaignHome, name: string): Promise<Pick<CampaignConfig, 'scribbles' | 'annotator'>> {
  const file = home.campaignConfig(name);
  if (existsSync(file)) return (await loadCampaignConfig(file)).config;
  const { scribbles, annotator } = campaignFields.shape;
  return { scribbles: scribbles.parse(undefined), annotator: annotator.parse(undefined) };
}
