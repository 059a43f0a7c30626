// One implementation of one work in a process of its own, which runs when it is told to.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Loading, warming up and choosing a precision; a block of runs; a result. */
const patienceSeconds = 900;

/**
 * Starts the process. It prints one JSON object a line: `{"phase": "ready", "precision", "note"?}` once it is warm; for
 * each line `run N` on its stdin `{"phase": "ran", "seconds": [...]}`; for `end` `{"phase": "done", "peakMiB", "result"}`,
 * after which it exits.
 *
 * @param {object} options
 * @param {string} options.label named in errors
 * @param {string} options.command
 * @param {string[]} options.arguments
 * @param {Record<string, string>} options.environment added to ours
 */
export async function startContestant({ label, command, arguments: parameters, environment }) {
  const child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.stdin.on('error', () => undefined);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-8000)));
  let failure;
  const ended = new Promise((resolve) => {
    const end = (reason) => {
      process.off('exit', kill);
      failure = new Error(`${label}: ${reason}${errors.trim() ? `\n${errors.trim()}` : ''}`);
      resolve(null);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (status, signal) => end(`the process ended with ${signal ?? `exit status ${status}`}`));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (phase) => {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, 1000 * patienceSeconds, null)));
    try {
      for (;;) {
        const line = await Promise.race([lines.next(), ended, late]);
        if (line === null || line.done) {
          kill();
          if (line?.done) await ended;
          throw failure ?? new Error(`${label}: no answer within ${patienceSeconds} s`);
        }
        // Libraries print to stdout as well.
        const event = line.value.startsWith('{') ? JSON.parse(line.value) : {};
        if (event.phase === phase) return event;
      }
    } finally {
      clearTimeout(timer);
    }
  };
  const { precision, note } = await answer('ready');
  return {
    precision,
    note,
    async run(count) {
      child.stdin.write(`run ${count}\n`);
      return (await answer('ran')).seconds;
    },
    async end() {
      child.stdin.write('end\n');
      const { peakMiB, result } = await answer('done');
      await ended;
      return { peakMiB, result };
    },
    kill,
  };
}
