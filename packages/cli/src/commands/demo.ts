import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatReportTable } from '@geoscribe/model';
import { allBaselines, runDemo } from '../demo/run-demo.js';
import { campaignProgress } from '../output/campaign-progress.js';
import { exitCodes } from '../output/exit-codes.js';
import { CampaignHome } from '../home/campaign-home.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface DemoCommandOptions {
  data?: string;
  seed: number;
  baselines: 'seeds-only' | 'all';
}

export function registerDemo(program: Command, run: RunCommand): void {
  program
    .command('demo')
    .description('a whole campaign with a simulated annotator, from data to report')
    .option('--data <folder>', 'a data set in MSD or nnU-Net layout with labels (default: the public hippocampus data)')
    .addOption(new Option('--seed <number>', 'draws the cases and decides everything random').env('GEOSCRIBE_SEED').default(0).argParser(seed))
    .addOption(new Option('--baselines <which>', 'what to show beside the method').choices(['seeds-only', 'all']).default('seeds-only'))
    .action(run(demo));
}

function seed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 0 to 999999999');
  return Number(text);
}

/** The demo has a home of its own in the folder `demo` of the home: by default `.geoscribe/demo`. */
async function demo({ home, signal, progress, print }: CommandContext, options: DemoCommandOptions): Promise<number> {
  const demoHome = new CampaignHome(join(home.root, 'demo'));
  const result = await runDemo({
    home: demoHome,
    data: options.data,
    seed: options.seed,
    baselines: options.baselines === 'all' ? allBaselines : ['seeds-only'],
    log: progress.line,
    onLook: campaignProgress(progress),
    signal,
  });
  progress.end();
  const { report, html, model, workflowPath } = result;
  const next = [
    `Report:         ${html}`,
    `New volume:     npx geoscribe predict --model ${model} IMAGE.nii.gz LABEL.nii.gz`,
    `Server and UI:  npx geoscribe up --home ${demoHome.root}`,
    `                then ${workflowPath} under its web page`,
  ];
  print(report, `${formatReportTable(report)}\n${next.join('\n')}\n`);
  return exitCodes.ok;
}
