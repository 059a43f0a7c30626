import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Always the built file: Node runs no TypeScript. */
const guard = fileURLToPath(new URL('../../dist/server/guard-process.js', import.meta.url));

/** How long a command may take to end after SIGTERM, ms. */
const grace = 5_000;

export interface GuardedProcess {
  /** Process id of the command; rejects where it cannot be started. */
  pid: Promise<number>;
  /** Resolves when the command and whatever it left behind have ended. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends the command, gently first. Resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a command that cannot outlive this process.
 *
 * A small process of ours stands between: it ends the command as soon as this process is gone, even by SIGKILL. Both are
 * in a process group of their own, so that Ctrl-C reaches only this process, which decides the order of the shutdown.
 *
 * @param log file that gets the command's output.
 */
export function startGuarded(command: string, arguments_: readonly string[], log: string): GuardedProcess {
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [guard, String(grace), command, ...arguments_], {
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const pid = new Promise<number>((resolve, reject) => {
    child.once('message', (message: { pid: number }) => resolve(message.pid));
    child.once('exit', () => reject(new Error(`${command} cannot be started`)));
    child.once('error', reject);
  });
  pid.catch(() => undefined);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => {
      killGroup(child.pid);
      resolve({ code, signal });
    });
  });
  return {
    pid,
    exited,
    async stop() {
      if (child.connected) child.disconnect();
      const lastResort = setTimeout(() => killGroup(child.pid), 2 * grace);
      await exited;
      clearTimeout(lastResort);
    },
  };
}

/** What a guard that was itself killed leaves behind. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
