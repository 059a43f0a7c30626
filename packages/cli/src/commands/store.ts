import type { Command } from 'commander';
import { formatBytes } from '../campaigns/estimate-disk.js';
import { storeUsage, pruneStore } from '../campaigns/store-usage.js';
import { exitCodes } from '../output/exit-codes.js';
import { formatTable } from '../output/format-table.js';
import type { CommandContext, RunCommand } from './command-context.js';

export function registerStore(program: Command, run: RunCommand): void {
  const store = program.command('store').description('disk use of the artifact store');
  store.command('du').description('what takes how much, and what no campaign references').action(run(usage));
  store
    .command('prune')
    .description('remove artifacts that no campaign references; never a submission')
    .option('--dry-run', 'only say what would go')
    .action(run(prune));
}

async function usage({ home, print }: CommandContext): Promise<number> {
  const found = await storeUsage(home);
  const rows = Object.entries(found.byKind).map(([kind, bytes]) => [kind, formatBytes(bytes)]);
  print(found, formatTable(['kind', 'size'], [...rows, ['unreferenced', formatBytes(found.unreferenced.bytes)], ['total', formatBytes(found.total)]]));
  return exitCodes.ok;
}

async function prune({ home, print }: CommandContext, { dryRun = false }: { dryRun?: boolean }): Promise<number> {
  const removed = await pruneStore(home, { dryRun });
  print({ ...removed, dryRun }, `${removed.objects} artifacts (${formatBytes(removed.bytes)}) ${dryRun ? 'would be' : 'were'} removed.\n`);
  return exitCodes.ok;
}
