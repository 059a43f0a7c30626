import type { Command } from 'commander';
import { runChecks, type Check, type CheckResult } from '../doctor/check.js';
import { cpuCheck, diskCheck, memoryCheck } from '../doctor/machine-checks.js';
import {
  addonCheck,
  cudaCheck,
  libTorchCheck,
  nodeCheck,
  onnxRuntimeCheck,
  packagesCheck,
  precisionCheck,
} from '../doctor/software-checks.js';
import { temporalCliCheck, temporalServerCheck } from '../doctor/temporal-checks.js';
import { exitCodes } from '../output/exit-codes.js';
import { formatTable } from '../output/format-table.js';
import type { CommandContext, RunCommand } from './command-context.js';

export function registerDoctor(program: Command, run: RunCommand): void {
  program
    .command('doctor')
    .description('tell what is installed, what is missing and how to get it')
    .action(run(doctor));
}

async function doctor({ home, print }: CommandContext): Promise<number> {
  const checks: Check[] = [
    nodeCheck,
    packagesCheck,
    addonCheck('geodesic-native'),
    addonCheck('torch-native'),
    libTorchCheck,
    onnxRuntimeCheck,
    cpuCheck,
    cudaCheck,
    precisionCheck,
    memoryCheck,
    diskCheck(home),
    temporalCliCheck,
    temporalServerCheck(home),
  ];
  const results = await runChecks(checks);
  const ok = results.every((result) => result.ok);
  print({ ok, checks: results }, formatDiagnosis(results));
  return ok ? exitCodes.ok : exitCodes.failure;
}

/** A table of what was found, then a line for each hint. */
export function formatDiagnosis(results: readonly CheckResult[]): string {
  const table = formatTable(
    ['', 'what', 'found'],
    results.map(({ ok, name, found }) => [ok ? 'ok' : 'MISSING', name, found]),
  );
  const hints = results.flatMap(({ name, hint }) => (hint === undefined ? [] : [`${name}: ${hint}\n`]));
  return hints.length === 0 ? table : `${table}\n${hints.join('')}`;
}
