import type { Command } from 'commander';
import type { RunCommand } from './command-context.js';
import { registerExportNnunet } from './export-nnunet.js';
import { registerExportOnnx } from './export-onnx.js';

export function registerExport(program: Command, run: RunCommand): void {
  const command = program.command('export').description('what other systems read');
  registerExportOnnx(command, run);
  registerExportNnunet(command, run);
}
