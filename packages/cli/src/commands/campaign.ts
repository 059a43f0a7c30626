import { resolve } from 'node:path';
import type { Command } from 'commander';
import { resumeCampaign } from '../campaigns/resume-campaign.js';
import { estimateDisk, formatBytes, requireDisk } from '../campaigns/estimate-disk.js';
import { startCampaign } from '../campaigns/start-campaign.js';
import { submitFolder } from '../campaigns/submit-folder.js';
import { watchCampaign, type OnLook } from '../campaigns/watch-campaign.js';
import { loadCampaignConfig } from '../config/load-campaign-config.js';
import { selectDataset } from '../config/select-dataset.js';
import { exitCodes } from '../output/exit-codes.js';
import { formatTable } from '../output/format-table.js';
import { withCampaignDesk, type CampaignDesk } from '../runtime/campaign-desk.js';
import type { CommandContext, RunCommand } from './command-context.js';

export function registerCampaign(program: Command, run: RunCommand): void {
  const campaign = program.command('campaign').description('start, list, cancel and resume campaigns');
  campaign
    .command('start <campaign.yaml>')
    .description('start the campaign that a file describes')
    .option('--trust-image-geometry', 'where a label lies elsewhere than its image, use the geometry of the image; the report says so')
    .action(run(start));
  campaign.command('list').description('campaigns of this home, newest run of each').action(run(list));
  campaign.command('cancel <name>').description('stop a campaign; a training leaves its last checkpoint').action(run(cancel));
  campaign
    .command('resume <name>')
    .description('start a new run of an ended campaign; nothing is computed again whose inputs have not changed')
    .action(run(resume));
}

async function start(context: CommandContext, file: string, options: { trustImageGeometry?: boolean }): Promise<number> {
  const { home, progress, print } = context;
  const { config, directory } = await loadCampaignConfig(file);
  if (options.trustImageGeometry === true) config.dataset.trustImageGeometry = true;
  return withCampaignDesk(home, async (desk) => {
    const dataset = await selectDataset(config, directory);
    const estimate = await estimateDisk(config, dataset);
    await requireDisk(await home.ensureFolder(home.root), estimate);
    const { cases } = await startCampaign(home, desk, { config, directory, dataset, searchAttributes: await desk.searchAttributes() });
    progress.line(`About ${formatBytes(estimate.total)} of disk will be used.`);
    if (config.scribbles.dir !== undefined) await submitGivenScribbles(context, desk, config.name, resolve(directory, config.scribbles.dir), config.scribbles);
    print({ campaign: config.name, cases }, `Campaign ${config.name} started with ${cases.length} cases. See \`geoscribe status\`.\n`);
    return exitCodes.ok;
  });
}

/** `scribbles.dir`: submits the folder once the cases are read, and ends the round, so that nobody is awaited. */
async function submitGivenScribbles(
  { signal, progress }: CommandContext,
  desk: CampaignDesk,
  name: string,
  folder: string,
  { unmarked, background }: { unmarked: number; background?: number | undefined },
): Promise<void> {
  const imported: OnLook = ({ status }) => (status.stage === 'preparing' ? undefined : 'stop');
  const { status } = await watchCampaign(desk.client, name, imported, signal);
  const ids = status.cases.filter(({ role }) => role === 'scribbled').map(({ id }) => id);
  const receipts = await submitFolder(desk.review(name), folder, ids, { unmarked, ...(background === undefined ? {} : { background }) });
  await desk.client.complete(name);
  progress.line(`${receipts.length} cases submitted from the scribble folder.`);
}

async function list({ home, print }: CommandContext): Promise<number> {
  return withCampaignDesk(home, async ({ client }) => {
    const campaigns = await client.list();
    const rows = campaigns.map(({ name, execution, startTime }) => [name, execution.toLowerCase(), startTime.toISOString()]);
    print(campaigns, formatTable(['campaign', 'execution', 'run started'], rows));
    return exitCodes.ok;
  });
}

async function cancel({ home, print }: CommandContext, name: string): Promise<number> {
  return withCampaignDesk(home, async ({ client }) => {
    await client.cancel(name);
    print({ campaign: name }, `Campaign ${name} is asked to stop. \`geoscribe campaign resume ${name}\` goes on from its last step.\n`);
    return exitCodes.ok;
  });
}

async function resume({ home, print }: CommandContext, name: string): Promise<number> {
  return withCampaignDesk(home, async (desk) => {
    const { submissions, reviewed } = await resumeCampaign(home, desk, name, await desk.searchAttributes());
    const review = reviewed ? 'proofreading had ended' : 'proofreading is open';
    print({ campaign: name, submissions, reviewed }, `Campaign ${name} resumed: ${submissions} submissions taken over, ${review}.\n`);
    return exitCodes.ok;
  });
}
