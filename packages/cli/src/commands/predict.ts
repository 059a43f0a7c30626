import type { Command } from 'commander';
import { predictFiles } from '../prediction/predict-files.js';
import { exitCodes } from '../output/exit-codes.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface PredictOptions {
  model: string;
  threads: string;
}

export function registerPredict(program: Command, run: RunCommand): void {
  program
    .command('predict <input> <output>')
    .description('label maps of new volumes with an exported model: a file to a file, or a folder to a folder')
    .requiredOption('--model <model.onnx>', 'a model that a campaign exported')
    .option('--threads <number>', 'CPU threads', '2')
    .action(run(predict));
}

async function predict({ signal, progress, print }: CommandContext, input: string, output: string, { model, threads }: PredictOptions): Promise<number> {
  const written = await predictFiles({
    model,
    input,
    output,
    threads: Math.max(1, Number.parseInt(threads, 10) || 1),
    signal,
    onProgress: (label, done, total) => progress.step({ label, done, total }),
  });
  progress.end();
  print(written, `${written.join('\n')}\n`);
  return exitCodes.ok;
}
