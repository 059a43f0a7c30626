import { InvalidArgumentError, type Command } from 'commander';
import type { ExportedNnunet } from '@geoscribe/model';
import { exportCampaign } from '../campaigns/export-campaign.js';
import { exitCodes } from '../output/exit-codes.js';
import { withCampaignDesk } from '../runtime/campaign-desk.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface ExportNnunetOptions {
  datasetId: number;
  ignoreBelow: number;
  overwrite?: boolean;
}

export function registerExportNnunet(parent: Command, run: RunCommand): void {
  parent
    .command('nnunet <campaign> <folder>')
    .description('an nnU-Net v2 raw data set in <folder> (nnUNet_raw): full labels, the pseudo labels of the last iteration, voxels of low confidence as the ignore label')
    .option('--dataset-id <number>', 'number in its name, 1 to 999', number, 500)
    .option('--ignore-below <confidence>', 'confidence below which a voxel of a pseudo label is ignored, 0 to 1', number, 0.5)
    .option('--overwrite', 'replace a data set of the same name')
    .action(run(exportNnunetDataset));
}

async function exportNnunetDataset({ home, signal, progress, print }: CommandContext, campaign: string, folder: string, options: ExportNnunetOptions): Promise<number> {
  const written = await withCampaignDesk(home, (desk) =>
    exportCampaign(desk, campaign, {
      raw: folder,
      ...options,
      overwrite: options.overwrite === true,
      signal,
      onCase: (done, total) => progress.step({ label: 'export', done, total }),
    }),
  );
  progress.end();
  print(written, inWords(written));
  return exitCodes.ok;
}

function inWords({ folder, training, pseudoLabelled, test, ignoredShare, leftOut }: ExportedNnunet): string {
  const lines = [
    folder,
    `${training} training cases, ${pseudoLabelled} of them with pseudo labels (${(100 * ignoredShare).toFixed(1)} % of their voxels ignored); ${test} test cases.`,
  ];
  if (leftOut.length > 0) lines.push(`Left out, all their voxels would be ignored: ${leftOut.join(', ')}.`);
  return `${lines.join('\n')}\n`;
}

function number(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
  return value;
}
