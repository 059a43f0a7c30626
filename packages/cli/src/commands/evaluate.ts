import { InvalidArgumentError, type Command } from 'commander';
import { evaluateFiles, evaluationJson, formatEvaluation, writeEvaluation } from '@geoscribe/model';
import { exitCodes } from '../output/exit-codes.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface EvaluateOptions {
  against?: string;
  labels?: string;
  images?: string;
  subset?: boolean;
  tolerance: number;
  spacing?: [number, number, number];
  openFaces?: boolean;
  output?: string;
}

/** So many of the worst cases become pictures. */
const shownCases = 4;

export function registerEvaluate(program: Command, run: RunCommand): void {
  program
    .command('evaluate <predictions> <references>')
    .description('Dice, IoU, volume difference, HD95, MSSD, ASSD and surface Dice of label maps against references: two files, or two folders with files of the same names')
    .option('--against <predictions>', 'another model’s label maps, to be compared case by case')
    .option('--labels <labels>', 'dataset.json, or names: background,liver (default: the values found)')
    .option('--images <images>', 'images to show under the outlines')
    .option('--subset', 'leave out references that have no prediction')
    .option('--tolerance <mm>', 'of the surface Dice', millimetres, 2)
    .option('--spacing <x,y,z>', 'mm, in place of the spacing of the files', spacing)
    .option('--open-faces', 'a label that the end of the volume cuts has no surface there')
    .option('--output <folder>', 'write evaluation.html, evaluation.json and cases.csv')
    .action(run(evaluate));
}

async function evaluate({ signal, progress, print }: CommandContext, predictions: string, references: string, options: EvaluateOptions): Promise<number> {
  const { against, labels, images, subset, tolerance, output: folder } = options;
  const { evaluation, worst } = await evaluateFiles({
    predictions,
    references,
    against,
    labels,
    images,
    subset: subset === true,
    settings: { tolerance, faces: options.openFaces === true ? 'open' : 'closed', spacing: options.spacing ?? null },
    pictures: folder === undefined ? 0 : shownCases,
    signal,
    onProgress: (label, done, total) => progress.step({ label, done, total }),
  });
  progress.end();
  const written = folder === undefined ? [] : await writeEvaluation(evaluation, worst, { folder, now: new Date() });
  print(evaluationJson(evaluation), `${[formatEvaluation(evaluation), ...(written.length === 0 ? [] : ['', ...written])].join('\n')}\n`);
  return exitCodes.ok;
}

function millimetres(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give millimetres, 0 or more.');
  return value;
}

function spacing(text: string): [number, number, number] {
  const values = text.split(',').map(millimetres);
  if (values.length !== 3 || values.includes(0)) throw new InvalidArgumentError('Give three numbers above 0: x,y,z.');
  return values as [number, number, number];
}
