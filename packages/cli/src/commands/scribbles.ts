import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { GeoscribeError, type SubmissionReceipt } from '@geoscribe/campaign';
import { SubmissionFolder } from '@geoscribe/core-io/node';
import type { ScribbleValues } from '@geoscribe/workflows/client';
import { simulateReview } from '../campaigns/simulate-review.js';
import { submitFolder } from '../campaigns/submit-folder.js';
import { keptConfig } from '../config/kept-config.js';
import type { CampaignHome } from '../home/campaign-home.js';
import { exitCodes } from '../output/exit-codes.js';
import { withCampaignDesk, type CampaignDesk } from '../runtime/campaign-desk.js';
import { chooseCampaign } from '../runtime/choose-campaign.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface CampaignOption {
  campaign?: string;
}

interface SubmitOptions extends CampaignOption {
  from?: string;
  error?: boolean;
  unmarked?: number;
  background?: number;
  author?: string;
}

export function registerScribbles(program: Command, run: RunCommand): void {
  const scribbles = program.command('scribbles').description('what people draw where a prediction is wrong');
  const command = (usage: string, description: string): Command =>
    scribbles.command(usage).description(description).option('--campaign <name>', 'campaign, if there are several');

  command('submit [case] [file]', 'hand in scribbles of one case, of a folder (--from), or that a case has no error')
    .option('--from <folder>', 'submit every <case>*.nii.gz and <case>*.seed of a folder')
    .option('--no-error', 'the prediction of the case is right')
    .option('--unmarked <value>', 'source value that means "no mark"', wholeNumber)
    .option('--background <value>', 'source value that means "background scribble"', wholeNumber)
    .option('--author <name>', 'pseudonym of who drew')
    .action(run(submit));
  command('skip <case>', 'do not look at a case; it counts as seen by nobody').action(run(skip));
  command('reopen <case>', 'let a case wait for a person again').action(run(reopen));
  command('complete', 'end proofreading; cases still open count as seen by nobody').action(run(complete));
  command('simulate', 'let the simulated annotator answer for all pending cases, from their true labels').action(run(simulate));
  command('export <folder>', 'copy the newest submission of every case; works without Temporal').action(run(exportTo));
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

async function submit(context: CommandContext, caseId: string | undefined, file: string | undefined, options: SubmitOptions): Promise<number> {
  return inCampaign(context, options, async (desk, name) => {
    const review = desk.review(name, options.author);
    const receipts: SubmissionReceipt[] = [];
    if (options.from !== undefined && caseId === undefined) {
      const { status } = await desk.client.overview(name);
      const ids = status.cases.filter(({ role }) => role === 'scribbled').map(({ id }) => id);
      receipts.push(...(await submitFolder(review, resolve(options.from), ids, await valuesOf(context.home, name, options))));
    } else if (caseId !== undefined && options.error === false && file === undefined) {
      receipts.push(await review.submitNoError(caseId));
    } else if (caseId !== undefined && file !== undefined) {
      receipts.push(await review.submitFile(caseId, resolve(file), await valuesOf(context.home, name, options)));
    } else {
      throw new GeoscribeError('InvalidArgumentError', 'What to submit is not clear', {
        expected: '<case> <file>, <case> --no-error, or --from <folder>',
        received: [caseId, file].filter(Boolean).join(' ') || 'nothing',
      });
    }
    context.print(receipts, receipts.map((receipt) => `${receipt.caseId}: ${receipt.kind} taken (${receipt.submissionId})\n`).join(''));
  });
}

/** Options come before the campaign's configuration, and that before the defaults. */
async function valuesOf(home: CampaignHome, name: string, options: SubmitOptions): Promise<ScribbleValues> {
  const { scribbles: configured } = await keptConfig(home, name);
  const background = options.background ?? configured.background;
  return { unmarked: options.unmarked ?? configured.unmarked, ...(background === undefined ? {} : { background }) };
}

async function skip(context: CommandContext, caseId: string, options: CampaignOption): Promise<number> {
  return inCampaign(context, options, async ({ client }, name) => {
    await client.skip(name, caseId);
    context.print({ caseId }, `${caseId}: skipped\n`);
  });
}

async function reopen(context: CommandContext, caseId: string, options: CampaignOption): Promise<number> {
  return inCampaign(context, options, async ({ client }, name) => {
    await client.reopen(name, caseId);
    context.print({ caseId }, `${caseId}: pending\n`);
  });
}

async function complete(context: CommandContext, options: CampaignOption): Promise<number> {
  return inCampaign(context, options, async ({ client }, name) => {
    const { status } = await client.overview(name);
    await client.complete(name);
    context.print({ campaign: name, open: status.counts.pending }, `Proofreading of ${name} is complete; ${status.counts.pending} cases count as seen by nobody.\n`);
  });
}

async function simulate(context: CommandContext, options: CampaignOption): Promise<number> {
  return inCampaign(context, options, async (desk, name) => {
    const { status } = await desk.client.overview(name);
    const { annotator } = await keptConfig(context.home, name);
    const round = await simulateReview(desk, status, annotator);
    context.print({ campaign: name, ...round }, `${round.cases} cases answered with ${round.strokes} strokes, ${round.markedVoxels} voxels.\n`);
  });
}

async function exportTo({ home, print }: CommandContext, folder: string, { campaign }: CampaignOption): Promise<number> {
  const submissions = new SubmissionFolder(home.submissions);
  const name = campaign ?? (await submissions.onlyCampaign());
  const cases = await submissions.exportTo(name, resolve(folder));
  print({ campaign: name, cases, folder: resolve(folder) }, `${cases.length} cases of ${name} copied to ${resolve(folder)}\n`);
  return exitCodes.ok;
}

async function inCampaign(
  { home }: CommandContext,
  { campaign }: CampaignOption,
  body: (desk: CampaignDesk, name: string) => Promise<void>,
): Promise<number> {
  return withCampaignDesk(home, async (desk) => {
    await body(desk, await chooseCampaign(desk.client, campaign));
    return exitCodes.ok;
  });
}
