import type { Command } from 'commander';
import type { RunCommand } from './command-context.js';
import { registerExportNnunet } from './export-nnunet.js';

export function registerExport(program: Command, run: RunCommand): void {
  const command = program.command('export').description('what other systems read');
  registerExportNnunet(command, run);
}
