import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import type { CampaignConfig, CampaignInput, CampaignTimeouts } from '@geoscribe/campaign';
import { campaignInput } from '@geoscribe/workflows/client';
import type { SelectedDataset } from '../config/select-dataset.js';
import type { CampaignHome } from '../home/campaign-home.js';
import type { CampaignDesk } from '../runtime/campaign-desk.js';

/**
 * Starts the workflow of a configuration and keeps a copy of it in the home, with absolute paths and the cases that its
 * selections resolved to, for `campaign resume`.
 *
 * @throws GeoscribeError `InvalidConfigError`, `InvalidDatasetError`; then nothing is started.
 */
export async function startCampaign(
  home: CampaignHome,
  desk: CampaignDesk,
  options: { config: CampaignConfig; directory: string; dataset: SelectedDataset; searchAttributes: boolean; timeouts?: CampaignTimeouts },
): Promise<CampaignInput> {
  const { config, directory, dataset, ...rest } = options;
  const { listing, cases } = dataset;
  const input = await campaignInput({ config, directory, listing, cases, store: desk.store, ...rest });
  await desk.client.start(input);
  await home.ensureFolder(home.campaignFolder(config.name));
  await writeFile(home.campaignConfig(config.name), stringify(withAbsolutePaths({ ...config, cases }, directory)));
  return input;
}

function withAbsolutePaths(config: CampaignConfig, directory: string): CampaignConfig {
  const absolute = (path: string): string => resolve(directory, path);
  const { dataset, preliminary, scribbles } = config;
  return {
    ...config,
    dataset: { ...dataset, dir: absolute(dataset.dir) },
    preliminary: {
      ...preliminary,
      ...(preliminary.checkpoint === undefined ? {} : { checkpoint: absolute(preliminary.checkpoint) }),
      ...(preliminary.plan === undefined ? {} : { plan: absolute(preliminary.plan) }),
    },
    ...(config.predictions === undefined ? {} : { predictions: absolute(config.predictions) }),
    scribbles: scribbles.dir === undefined ? scribbles : { ...scribbles, dir: absolute(scribbles.dir) },
  };
}
