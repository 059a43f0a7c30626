import { InvalidArgumentError, Option, type Command } from 'commander';
import { precisions, type Device, type Precision } from '@geoscribe/campaign';
import { predictFiles, type PredictedFiles } from '@geoscribe/model';
import { exitCodes } from '../output/exit-codes.js';
import { formatError } from '../output/format-error.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface PredictOptions {
  model: string[];
  threads: number;
  device: Device;
  precision: Precision;
  probabilities?: boolean;
  continue?: boolean;
}

export function registerPredict(program: Command, run: RunCommand): void {
  program
    .command('predict <input> <output>')
    .description('label maps of new volumes: a file to a file, or a folder to a folder')
    .addOption(
      new Option('--model <model>', 'a .onnx model, a .safetensors checkpoint (LibTorch, faster) or the folder of a training run; several are averaged')
        .argParser((value: string, before: string[] = []) => [...before, value])
        .makeOptionMandatory(),
    )
    .option('--probabilities', 'write class probabilities too, into the folder `probabilities`: .nii.gz, the class as fourth axis')
    .option('--continue', 'leave out cases whose results are there already (default: replace them)')
    .addOption(new Option('--device <device>', 'where a checkpoint is computed').choices(['cpu', 'cuda']).default('cpu'))
    .addOption(new Option('--precision <precision>', 'of a checkpoint: auto measures which is faster').choices(precisions).default('auto'))
    .option('--threads <number>', 'CPU threads', threads, 2)
    .action(run(predict));
}

async function predict({ signal, progress, print, warn }: CommandContext, input: string, output: string, options: PredictOptions): Promise<number> {
  const { model: models, threads, device, precision, probabilities, continue: keepExisting } = options;
  const warnings: { caseId: string; message: string }[] = [];
  const result = await predictFiles({
    models,
    input,
    output,
    threads,
    device,
    precision,
    probabilities: probabilities === true,
    keepExisting: keepExisting === true,
    signal,
    onProgress: (label, done, total) => progress.step({ label, done, total }),
    onWarning: (caseId, message) => {
      warnings.push({ caseId, message });
      progress.line(`case ${caseId}: ${message}`);
    },
  });
  progress.end();
  for (const { caseId, error } of result.failed) warn(`case ${caseId}: ${formatError(error)}`);
  print({ ...asJson(result), warnings }, result.written.map((file) => `${file}\n`).join(''));
  return result.failed.length === 0 ? exitCodes.ok : exitCodes.invalidData;
}

function asJson({ failed, ...rest }: PredictedFiles): object {
  return { ...rest, failed: failed.map(({ caseId, error }) => ({ caseId, code: error.name, message: error.message })) };
}

function threads(text: string): number {
  const value = Number(text);
  if (!(Number.isSafeInteger(value) && value >= 1)) throw new InvalidArgumentError('Give a whole number, 1 or more.');
  return value;
}
