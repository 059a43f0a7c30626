import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  baselineNames,
  campaignConfigSchema,
  campaignWorkflowId,
  GeoscribeError,
  type BaselineName,
  type CampaignConfig,
} from '@geoscribe/campaign';
import { listDataset } from '@geoscribe/core-io/node';
import type { CampaignOverview } from '@geoscribe/workflows/client';
import { deliverResults, type DeliveredResults } from '../campaigns/deliver-results.js';
import { simulateReview } from '../campaigns/simulate-review.js';
import { startCampaign } from '../campaigns/start-campaign.js';
import { watchCampaign } from '../campaigns/watch-campaign.js';
import { selectDataset } from '../config/select-dataset.js';
import type { CampaignHome } from '../home/campaign-home.js';
import { openCampaignDesk, type CampaignDesk } from '../runtime/campaign-desk.js';
import { startWorker } from '../runtime/start-worker.js';
import { ensureTemporal } from '../server/ensure-temporal.js';
import { demoData } from './demo-data.js';
import { demoSplit } from './demo-split.js';

export interface DemoOptions {
  home: CampaignHome;
  data?: string | undefined;
  seed: number;
  baselines: readonly BaselineName[];
  /** Shorter schedules, for tests. */
  overrides?: Partial<Pick<CampaignConfig, 'preliminary' | 'fineTuning'>>;
  log: (line: string) => void;
  onLook: (overview: CampaignOverview) => void;
  signal?: AbortSignal;
}

export interface DemoResult extends DeliveredResults {
  campaign: string;
  /** Path of the workflow in Temporal's page, below its address. */
  workflowPath: string;
}

export const allBaselines = baselineNames;

/**
 * A whole campaign on real volumes: data, dev server, worker, simulated annotator, report. Stops what it started.
 * Run again with the same data and seed it is answered from the memo of its activities.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { home, log } = options;
  const config = await demoConfig(options);
  const server = await ensureTemporal({ home, log });
  try {
    const worker = await startWorker(home, server);
    const desk = await openCampaignDesk(home, server);
    try {
      return await runCampaign(options, config, desk);
    } finally {
      await desk.client.close();
      await worker.stop();
    }
  } finally {
    await server.stop();
  }
}

async function demoConfig({ home, data, seed, baselines, overrides = {}, log }: DemoOptions): Promise<CampaignConfig> {
  const { dir, dataset } = await demoData({ dir: data, cache: join(home.root, 'data'), log });
  const listing = await listDataset(dir, 'auto');
  const labelled = listing.cases.filter(({ label }) => label !== undefined).map(({ id }) => id);
  const cases = demoSplit(labelled, seed);
  log(`${dataset === 'own' ? listing.description.name : dataset}: ${cases.full.length} fully labelled, ${cases.scribbled.length} scribbled, ${cases.test.length} test cases (seed ${seed})`);
  const name = `${dataset === 'own' ? 'demo' : dataset}-seed${seed}`;
  return campaignConfigSchema.parse({ name, dataset: { dir }, cases, seed, baselines, ...overrides });
}

async function runCampaign(options: DemoOptions, config: CampaignConfig, desk: CampaignDesk): Promise<DemoResult> {
  const { home, log, onLook, signal } = options;
  await startOrJoin(home, desk, config, log);
  const last = await watchCampaign(
    desk.client,
    config.name,
    async (overview) => {
      onLook(overview);
      if (!overview.status.waiting) return undefined;
      const round = await simulateReview(desk, overview.status, config.annotator);
      log(`The simulated annotator drew ${round.strokes} strokes (${round.markedVoxels} voxels) in ${round.cases} cases`);
      await desk.client.complete(config.name);
      return undefined;
    },
    signal,
  );
  if (last.execution !== 'COMPLETED') {
    throw new GeoscribeError('CampaignFailedError', `Campaign ${config.name} ended as ${last.execution.toLowerCase()}: ${(last.failure ?? 'no reason given').replace(/\.$/, '')}`);
  }
  const results = await deliverResults(home, desk, config.name, await desk.client.result(config.name));
  await copyFile(results.json, join(home.root, 'report.json'));
  await copyFile(results.html, join(home.root, 'report.html'));
  return { ...results, campaign: config.name, workflowPath: `/namespaces/default/workflows/${campaignWorkflowId(config.name)}` };
}

/** A demo that was interrupted left its campaign running: the next one goes on with it. */
async function startOrJoin(home: CampaignHome, desk: CampaignDesk, config: CampaignConfig, log: (line: string) => void): Promise<void> {
  const running = (await desk.client.list()).some(({ name, execution }) => name === config.name && execution === 'RUNNING');
  if (running) log(`Going on with campaign ${config.name}, which is running`);
  else {
    const dataset = await selectDataset(config, '/');
    await startCampaign(home, desk, { config, directory: '/', dataset, searchAttributes: await desk.searchAttributes() });
  }
}
