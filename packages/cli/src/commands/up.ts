import { once } from 'node:events';
import type { Command } from 'commander';
import { lockHome } from '../home/lock-home.js';
import { exitCodes } from '../output/exit-codes.js';
import { formatTable } from '../output/format-table.js';
import { startWorker } from '../runtime/start-worker.js';
import { ensureTemporal } from '../server/ensure-temporal.js';
import type { CommandContext, RunCommand } from './command-context.js';

export function registerUp(program: Command, run: RunCommand): void {
  program
    .command('up')
    .description('start what campaigns of this home run on, and keep it running until it is stopped (Ctrl-C)')
    .action(run(up));
}

/** Serves the home until the signal aborts. @throws GeoscribeError `HomeInUseError` where another process serves it. */
async function up({ home, signal, progress, print }: CommandContext): Promise<number> {
  const release = await lockHome(home);
  try {
    const temporal = await ensureTemporal({ home, log: progress.line });
    try {
      const { address, namespace, uiUrl, owned } = temporal;
      const rows = [['Temporal', `${address}, namespace ${namespace}`], ...(uiUrl === undefined ? [] : [['Web page', uiUrl]])];
      const worker = await startWorker(home, temporal);
      try {
        print({ address, namespace, uiUrl, owned }, formatTable(['home', home.root], rows));
        await Promise.race([aborted(signal), worker.ended]);
        progress.line('Stopping; a training leaves its last checkpoint.');
      } finally {
        await worker.stop();
      }
    } finally {
      await temporal.stop();
    }
  } finally {
    await release();
  }
  return exitCodes.ok;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
