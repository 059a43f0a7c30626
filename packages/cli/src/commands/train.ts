import { InvalidArgumentError, Option, type Command } from 'commander';
import { budgetNames, devices, precisions, type BudgetName, type Device, type Precision } from '@geoscribe/campaign';
import { datasetFingerprint, isFoldBegun, mlflowSettings, planExperiment, trainRun, type Fold } from '@geoscribe/model';
import { exitCodes } from '../output/exit-codes.js';
import { formatRun } from '../output/format-run.js';
import { stepOf } from '../output/step-of.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface TrainOptions {
  output: string;
  preset?: BudgetName;
  plan?: string;
  fold?: Fold[];
  folds?: number;
  splits?: string;
  epochs?: { add: boolean; epochs: number };
  stepsPerEpoch?: number;
  validateEvery?: number;
  resume?: boolean;
  seed?: number;
  device?: Device;
  precision?: Precision;
  threads?: number;
  accumulate?: number;
  deterministic?: boolean;
  tensorboard?: boolean;
  mlflow?: string;
  trustImageGeometry?: boolean;
}

export function registerTrain(program: Command, run: RunCommand): void {
  program
    .command('train <data>')
    .description('train a network on the labelled cases of a data set (MSD or nnU-Net layout), fold by fold, without a campaign')
    .requiredOption('--output <folder>', 'the run: plan, splits and a folder for each fold')
    .addOption(new Option('--preset <name>', 'what training may spend (default: cpu-small, with --device cuda gpu-8gb)').choices(budgetNames))
    .option('--plan <file>', 'a plan of `geoscribe plan --output`, in place of one made from the cases')
    .option('--fold <k|all>', 'validation fold from 0, or several: 0,1 (again: --fold 0 --fold 1); all: train on every case (default: 0)', folds)
    .option('--folds <number>', 'folds of the splits (default: 5)', count)
    .option('--splits <file>', "splits.json of another run, or nnU-Net's splits_final.json")
    .option('--epochs <N|+N>', 'length of the training (default: of the preset); +N: that much longer than it was', epochs)
    .option('--steps-per-epoch <number>', 'steps of an epoch (default: of the preset)', count)
    .option('--validate-every <number>', 'epochs between two validations (default: a tenth of all)', count)
    .option('--resume', 'go on with a training that was begun')
    .option('--seed <number>', 'decides splits and everything random (default: 0)', seed)
    .addOption(new Option('--device <name>', 'where to train (default: cpu)').choices(devices))
    .addOption(new Option('--precision <name>', 'to compute in (default: auto, the faster one here)').choices(precisions))
    .option('--threads <number>', 'CPU threads (default: all cores); results repeat for a fixed number', count)
    .option('--accumulate <number>', 'compute a batch in that many parts, where the whole does not fit the memory (default: 1)', count)
    .option('--deterministic', 'the same bits on every run on a GPU too, slower')
    .option('--tensorboard', 'write event files for TensorBoard, too')
    .option('--mlflow <uri>', 'send the curves to an MLflow server, too (default: MLFLOW_TRACKING_URI)')
    .option('--trust-image-geometry', 'where a label lies elsewhere than its image, use the geometry of the image')
    .action(run(train));
}

async function train({ environment, signal, progress, print }: CommandContext, data: string, options: TrainOptions): Promise<number> {
  const { output, preset, plan, splits, epochs: length, resume } = options;
  const { seed: chosenSeed, device, precision, threads, stepsPerEpoch, validateEvery, folds: count, accumulate, deterministic, trustImageGeometry } = options;
  const shown = new Set<string>();
  const chosenFolds = [...new Set(options.fold ?? [0])];
  let current = chosenFolds[0]!;
  const trained = await trainRun({
    data,
    folder: output,
    folds: chosenFolds,
    chosen: {
      seed: chosenSeed, device, precision, threads, stepsPerEpoch, validateEvery, folds: count, accumulate, deterministic, trustImageGeometry,
      epochs: length?.add === false ? length.epochs : undefined,
    },
    preset,
    plan,
    splits,
    resume: resume === true,
    lengthenBy: length?.add === true ? length.epochs : undefined,
    makePlan: async (source) => {
      const fingerprint = await datasetFingerprint({
        directory: data,
        listing: source.listing,
        trustImageGeometry: source.trustImageGeometry,
        signal,
        onProgress: (done, total) => progress.step({ label: 'fingerprint', done, total }),
      });
      progress.end();
      return planExperiment({ fingerprint, dataset: source.listing.description, budget: source.budget });
    },
    curves: {
      formats: options.tensorboard === true ? ['tensorboard'] : [],
      mlflow: mlflowSettings(environment, options.mlflow === undefined ? {} : { uri: options.mlflow }),
    },
    signal,
    onProgress: (fold, found) => {
      current = fold;
      if (found.note !== undefined && !shown.has(found.note)) progress.line(found.note);
      if (found.note !== undefined) shown.add(found.note);
      progress.step(stepOf(`fold ${fold}`, found));
    },
  }).catch(async (error: unknown) => {
    progress.end();
    if (signal.aborted) progress.line(await stoppedInWords(output, current));
    throw error;
  });
  progress.end();
  print(trained, formatRun(trained));
  return exitCodes.ok;
}

async function stoppedInWords(output: string, fold: Fold): Promise<string> {
  if (await isFoldBegun(output, fold)) return `The last finished epoch of fold ${fold} is kept: --resume goes on from there.`;
  return `No epoch of fold ${fold} was finished: the same command starts it anew.`;
}

function folds(text: string, before: Fold[] = []): Fold[] {
  const parts = text.split(',').map((part): Fold => {
    if (part === 'all') return 'all';
    if (!/^\d{1,4}$/.test(part)) throw new InvalidArgumentError('Give numbers from 0 with commas between, or all.');
    return Number(part);
  });
  return [...before, ...parts];
}

function epochs(text: string): TrainOptions['epochs'] {
  const add = text.startsWith('+');
  return { add, epochs: count(add ? text.slice(1) : text) };
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return Number(text);
}

function seed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 0 to 999999999.');
  return Number(text);
}
