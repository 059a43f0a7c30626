import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { GeoscribeError } from '@geoscribe/campaign';
import { exportOnnxFile, type ExportedOnnx } from '@geoscribe/model';
import type { CampaignHome } from '../home/campaign-home.js';
import { exitCodes } from '../output/exit-codes.js';
import type { CommandContext, RunCommand } from './command-context.js';

export function registerExportOnnx(parent: Command, run: RunCommand): void {
  parent
    .command('onnx <source> <file.onnx>')
    .description('a network for other runtimes: <source> is a checkpoint (.safetensors), the folder of a training run or fold, or a finished campaign')
    .action(run(exportNetwork));
}

async function exportNetwork({ home, print }: CommandContext, source: string, output: string): Promise<number> {
  const written = await exportOnnxFile({ source: await pathOf(source, home), output });
  print(written, inWords(written));
  return exitCodes.ok;
}

/** A path as it is; the name of a finished campaign as that of its network. @throws GeoscribeError `InvalidModelError`. */
async function pathOf(source: string, home: CampaignHome): Promise<string> {
  const isPath = await isThere(source);
  if (isPath || /[/\\]|\.safetensors$/.test(source)) return source;
  const network = join(home.campaignFolder(source), 'network.safetensors');
  if (await isThere(network)) return network;
  throw new GeoscribeError('InvalidModelError', 'There is no network to export', {
    file: source,
    expected: 'a checkpoint, the folder of a training run, or a campaign with results',
    received: 'none of this name',
    nextStep: `Where ${source} is a finished campaign, write its results with \`geoscribe report ${source}\`.`,
  });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}

function inWords({ file, difference, largestLogit, calibration }: ExportedOnnx): string {
  const lines = [
    file,
    `onnxruntime and LibTorch differ by ${difference.toPrecision(1)} at most, at logits up to ${largestLogit.toPrecision(2)}.`,
  ];
  if (calibration !== null) {
    const { temperature, before, after, cases } = calibration;
    lines.push(
      `Temperature ${temperature.toFixed(2)}, from ${cases} validation cases: calibration error ${before.ece.toFixed(4)} -> ${after.ece.toFixed(4)}, likelihood loss ${before.nll.toFixed(4)} -> ${after.nll.toFixed(4)}.`,
    );
  }
  return `${lines.join('\n')}\n`;
}
