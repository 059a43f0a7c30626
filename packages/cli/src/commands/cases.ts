import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exportCase } from '@geoscribe/workflows/client';
import { exitCodes } from '../output/exit-codes.js';
import { withCampaignDesk } from '../runtime/campaign-desk.js';
import { chooseCampaign } from '../runtime/choose-campaign.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface ExportOptions {
  campaign?: string;
  to: string;
}

export function registerCases(program: Command, run: RunCommand): void {
  const cases = program.command('cases').description('the cases that wait for a person');
  cases
    .command('export [case...]')
    .description('write <case>/{image,prediction,uncertainty}.nii.gz of the pending cases, for ITK-SNAP or 3D Slicer')
    .option('--campaign <name>', 'campaign, if there are several')
    .option('--to <folder>', 'where to', 'cases')
    .action(run(exportCases));
}

async function exportCases({ home, progress, print }: CommandContext, ids: string[], { campaign, to }: ExportOptions): Promise<number> {
  return withCampaignDesk(home, async (desk) => {
    const name = await chooseCampaign(desk.client, campaign);
    const { status } = await desk.client.overview(name);
    const pending = status.cases.filter(({ role, review, failure }) => role === 'scribbled' && review === 'pending' && failure === undefined);
    const chosen = ids.length > 0 ? ids : pending.map(({ id }) => id);
    const review = desk.review(name);
    const folders: string[] = [];
    for (const id of chosen) {
      folders.push(await exportCase(review, desk.store, id, resolve(to)));
      progress.step({ label: 'export', done: folders.length, total: chosen.length });
    }
    progress.end();
    print({ campaign: name, folders }, folders.length === 0 ? 'No case is pending.\n' : `${folders.join('\n')}\n`);
    return exitCodes.ok;
  });
}
