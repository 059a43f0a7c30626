import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Option, type Command } from 'commander';
import { budgetNames, type BudgetName } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { listDataset, writeAtomically } from '@geoscribe/core-io/node';
import { datasetFingerprint, estimateTrainingMemory, explainPlan, mirrorWarning, planExperiment, type Fingerprint } from '@geoscribe/model';
import { exitCodes } from '../output/exit-codes.js';
import { formatPlan } from '../planning/format-plan.js';
import { readNnunetPlans } from '../planning/read-nnunet-plans.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface PlanOptions {
  preset?: BudgetName;
  explain?: boolean;
  import?: string;
  output?: string;
  trustImageGeometry?: boolean;
}

export function registerPlan(program: Command, run: RunCommand): void {
  program
    .command('plan <data>')
    .description("spacing, patch, network and batch for a data set's labelled cases, by nnU-Net's rules")
    .addOption(new Option('--preset <name>', 'what training may spend (default: cpu-small, with --import gpu-8gb)').choices(budgetNames))
    .option('--explain', 'tell why, in plain sentences')
    .option('--import <nnUNetPlans.json>', 'take over a plan that nnU-Net made')
    .option('--output <file>', 'write the plan as JSON')
    .option('--trust-image-geometry', 'where a label lies elsewhere than its image, use the geometry of the image')
    .action(run(plan));
}

async function plan({ signal, progress, print }: CommandContext, data: string, options: PlanOptions): Promise<number> {
  const listing = await listDataset(data, 'auto');
  const dataset = listing.description;
  const look = async (): Promise<Fingerprint> => {
    const fingerprint = await datasetFingerprint({
      directory: data,
      listing,
      trustImageGeometry: options.trustImageGeometry === true,
      signal,
      onProgress: (done, total) => progress.step({ label: 'fingerprint', done, total }),
    });
    progress.end();
    return fingerprint;
  };
  const imported = options.import === undefined ? null : await readNnunetPlans(options.import, { dataset, budget: options.preset ?? 'gpu-8gb' });
  const fingerprint = imported === null || options.explain === true ? await look() : null;
  const made = imported ?? planExperiment({ fingerprint: fingerprint!, dataset, budget: options.preset ?? 'cpu-small' });
  const explanation = options.explain === true ? explainPlan({ plan: made, fingerprint: fingerprint! }) : [];
  const memory = { needed: estimateTrainingMemory(made), free: process.availableMemory() };
  if (options.output !== undefined) {
    await mkdir(dirname(options.output), { recursive: true });
    await writeAtomically(options.output, Buffer.from(`${canonicalJson(made)}\n`));
  }
  const warning = mirrorWarning(made);
  if (warning !== null) progress.line(warning);
  print({ plan: made, memory, ...(warning !== null && { warning }), ...(options.explain === true && { explanation }) }, formatPlan(made, memory, explanation));
  return exitCodes.ok;
}
