import { execFile } from 'node:child_process';

export type NodeRun = { ok: true; output: string } | { ok: false; problem: string };

/** Longest time a script may take, ms: loading LibTorch from a cold disk takes some seconds. */
const limit = 120_000;

/**
 * Runs a script in a Node of its own: a library that does not fit the machine ends that process and not this one.
 *
 * @param script an ES module.
 * @param folder from which the script's imports are resolved.
 */
export function runInNode(script: string, folder: string): Promise<NodeRun> {
  return new Promise((resolve) => {
    const parameters = ['--input-type=module', '--eval', script];
    execFile(process.execPath, parameters, { cwd: folder, timeout: limit }, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, output: stdout.trim() });
      else resolve({ ok: false, problem: error.signal == null ? messageOf(stderr) : `it ends the process with ${error.signal}` });
    });
  });
}

/** The line of an uncaught error that says what happened. */
function messageOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.find((line) => /^\w*Error\b.*?: /.test(line)) ?? lines.find((line) => line !== '') ?? 'it ends without a message';
}
