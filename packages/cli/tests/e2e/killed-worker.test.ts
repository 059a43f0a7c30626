import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultTimeouts, type CampaignResult } from '@geoscribe/campaign';
import { FolderStore } from '@geoscribe/core-io/node';
import { decodeCheckpoint } from '@geoscribe/model';
import { startCampaign } from '../../src/campaigns/start-campaign.js';
import { loadCampaignConfig } from '../../src/config/load-campaign-config.js';
import { selectDataset } from '../../src/config/select-dataset.js';
import { CampaignHome } from '../../src/home/campaign-home.js';
import { withCampaignDesk, type CampaignDesk } from '../../src/runtime/campaign-desk.js';
import { childrenOf, eventually, phantomCampaign, type PhantomCampaign } from '../support/phantom-campaign.js';

let campaign: PhantomCampaign;

beforeEach(async () => {
  campaign = await phantomCampaign();
});

afterEach(async () => {
  await campaign.clean();
});

/** Starts the campaign with short timeouts and without a person, its fine-tuning with other steps an epoch where given. */
async function start(home: CampaignHome, desk: CampaignDesk, fineTuning: { stepsPerEpoch?: number } = {}): Promise<void> {
  const { config: written, directory } = await loadCampaignConfig(campaign.yaml);
  const config = { ...written, fineTuning: { ...written.fineTuning, ...fineTuning } };
  const timeouts = { ...defaultTimeouts, heartbeatMs: 5_000 };
  await startCampaign(home, desk, { config, directory, dataset: await selectDataset(config, directory), searchAttributes: false, timeouts });
  await desk.client.complete(config.name);
}

/** Waits until the fine-tuning has finished an epoch and is in a later one. */
function fineTuningEpoch(desk: CampaignDesk, least: number): Promise<number> {
  return eventually(async () => {
    const { activities } = await desk.client.overview('phantoms');
    const epoch = activities.find(({ activity }) => activity === 'fineTune')?.progress?.epoch;
    return epoch !== undefined && epoch >= least && epoch;
  });
}

async function trainingEvents(home: CampaignHome): Promise<{ job: string; epoch: number; msg: string }[]> {
  const lines = (await readFile(home.log('worker'), 'utf8')).split('\n').filter((line) => line.includes('resumed from checkpoint'));
  return lines.map((line) => JSON.parse(line));
}

async function uninterrupted(): Promise<CampaignResult> {
  const home = new CampaignHome(campaign.home('uninterrupted'));
  await campaign.up(home.root);
  return withCampaignDesk(home, async (desk) => {
    await start(home, desk);
    return desk.client.result('phantoms');
  });
}

describe('a worker that dies in fine-tuning', { timeout: 300_000 }, () => {
  it('costs at most one epoch: the network is the same, bit for bit, and no child is left', async () => {
    const home = new CampaignHome(campaign.home('killed'));
    const first = await campaign.up(home.root);
    const epoch = await withCampaignDesk(home, async (desk) => {
      await start(home, desk);
      return fineTuningEpoch(desk, 2);
    });
    expect(await childrenOf(first.pid!)).not.toEqual([]);
    const dead = once(first, 'exit');
    first.kill('SIGKILL');
    await dead;
    await eventually(async () => (await childrenOf(first.pid!)).length === 0);

    const second = await campaign.up(home.root);
    const result = await withCampaignDesk(home, (desk) => desk.client.result('phantoms'));
    const [resumed] = (await trainingEvents(home)).filter(({ job }) => job === 'fineTune');
    expect(resumed!.epoch).toBeGreaterThanOrEqual(epoch - 1);

    expect(result.network.checkpoint.sha256).toBe((await uninterrupted()).network.checkpoint.sha256);
    second.kill('SIGTERM');
    await once(second, 'exit');
    expect(await childrenOf(second.pid!)).toEqual([]);
  });

  it('a cancelled campaign stops its child and leaves a valid checkpoint', async () => {
    const home = new CampaignHome(campaign.home('cancelled'));
    const server = await campaign.up(home.root);
    await withCampaignDesk(home, async (desk) => {
      // Six epochs of the usual length can end before the cancellation arrives.
      await start(home, desk, { stepsPerEpoch: 60 });
      await fineTuningEpoch(desk, 2);
      await desk.client.cancel('phantoms');
      await expect(desk.client.result('phantoms')).rejects.toThrow();
      expect((await desk.client.overview('phantoms')).execution).toBe('CANCELLED');
    });
    await eventually(async () => (await childrenOf(server.pid!)).length === 0);
    const folder = join(home.store, 'refs', 'training');
    const pointers = await Promise.all((await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
    const store = new FolderStore(home.store);
    const checkpoints = await Promise.all(pointers.map(async ({ latest }) => decodeCheckpoint(await store.get(latest), { file: latest.uri })));
    const fineTuning = checkpoints.find(({ training }) => training.kind === 'fine-tuning');
    expect(fineTuning!.training.history.length).toBeGreaterThanOrEqual(1);
    expect(fineTuning!.training.history.length).toBeLessThan(6);
  });
});
