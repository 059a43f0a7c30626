import type { Command } from 'commander';
import { watchCampaign } from '../campaigns/watch-campaign.js';
import { campaignProgress, formatOverview } from '../output/campaign-progress.js';
import { exitCodes } from '../output/exit-codes.js';
import { withCampaignDesk } from '../runtime/campaign-desk.js';
import { chooseCampaign } from '../runtime/choose-campaign.js';
import type { CommandContext, RunCommand } from './command-context.js';

export function registerStatus(program: Command, run: RunCommand): void {
  program
    .command('status [name]')
    .description('stage, iteration, loss, Dice and pending cases of a campaign; exit code 4 while it waits for a person')
    .option('--watch', 'go on looking until the campaign ends or waits for a person')
    .action(run(status));
}

async function status({ home, signal, progress, print }: CommandContext, name: string | undefined, { watch }: { watch?: boolean }): Promise<number> {
  return withCampaignDesk(home, async ({ client }) => {
    const chosen = await chooseCampaign(client, name);
    let overview = await client.overview(chosen);
    if (watch === true && !overview.status.waiting) {
      const show = campaignProgress(progress);
      const watching = watchCampaign(client, chosen, (look) => {
        overview = look;
        show(look);
        return look.status.waiting ? 'stop' : undefined;
      }, signal);
      await watching.catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      progress.end();
    }
    print(overview, formatOverview(overview));
    if (overview.execution === 'FAILED') return exitCodes.failure;
    return overview.status.waiting ? exitCodes.waiting : exitCodes.ok;
  });
}
