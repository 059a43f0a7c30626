/**
 * Runs a command and ends it when the parent process ends, however that happens: `node guard-process.js GRACE_MS COMMAND
 * ARGUMENTS…`, with an IPC channel to the parent. Closing the channel is the order to stop: SIGTERM, and SIGKILL after
 * the grace period. Exits when the command has ended, with its exit code.
 */
import { spawn } from 'node:child_process';

const [grace, command, ...arguments_] = process.argv.slice(2);
const child = spawn(command ?? '', arguments_, { stdio: ['ignore', 'inherit', 'inherit'] });

function stop(): void {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), Number(grace)).unref();
}

child.once('spawn', () => process.send?.({ pid: child.pid }));
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.once('exit', (code) => process.exit(code ?? 1));
process.once('disconnect', stop);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (!process.connected) stop();
