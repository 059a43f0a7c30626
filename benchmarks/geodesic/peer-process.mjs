// One run of a peer in a Python process of its own, under the limits of time and memory.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const scripts = join(dirname(fileURLToPath(import.meta.url)), 'peers');

/** Loading, and the comparison with an exact result after the run, are not the peer's time; yet they must end. */
const loadSeconds = 90;
const compareSeconds = 90;

/**
 * @param {object} options
 * @param {string} options.python executable
 * @param {string} options.script file in `peers/`
 * @param {string} options.folder as problem-folder.mjs writes it
 * @param {number} options.threads
 * @param {number} options.seconds limit of a run over all classes
 * @param {number} options.secondsLeft until everything stops
 * @param {number} options.gib limit of memory beyond the inputs
 * @returns {Promise<{seconds, peakMiB, maxError, meanError, note, exceeded?: string}>} `exceeded` says which limit was hit
 */
export function runPeer({ python, script, folder, threads, seconds, secondsLeft, gib }) {
  const result = { seconds: null, peakMiB: null, maxError: null, meanError: null, note: '' };
  // Threads that sleep while they wait: spinning, as by default, they starve each other as soon as the machine does
  // anything else, and a peer takes up to thirty times as long.
  const openMp = { OMP_NUM_THREADS: String(threads), OMP_WAIT_POLICY: 'PASSIVE' };
  const child = spawn(python, [join(scripts, script), folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...openMp },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-4000)));
  let baseline;
  let stopped;
  const stop = (reason) => {
    stopped = reason;
    kill();
  };
  const end = setTimeout(stop, 1000 * secondsLeft, { note: "stopped: the benchmark's time was used up" });
  let timer = setTimeout(stop, 1000 * loadSeconds, { note: `not loaded within ${loadSeconds} s` });
  const memory = setInterval(() => {
    if (baseline !== undefined && residentMiB(child.pid) - baseline > 1024 * gib) stop({ exceeded: `over ${gib} GiB` });
  }, 100);
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const { phase, ...event } = JSON.parse(line);
    clearTimeout(timer);
    if (phase === 'ready') {
      baseline = residentMiB(child.pid);
      timer = setTimeout(stop, 1000 * seconds, { exceeded: `over ${Math.round(seconds)} s` });
    } else if (phase === 'timed') {
      baseline = undefined;
      const { runs, ...figures } = event;
      Object.assign(result, figures, { note: runs > 1 ? `median of ${runs}` : 'one run' });
      timer = setTimeout(stop, 1000 * compareSeconds, { note: `no exact result within ${compareSeconds} s` });
    } else {
      Object.assign(result, event, { note: [result.note, event.note].filter(Boolean).join('; ') });
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      process.off('exit', kill);
      clearTimeout(end);
      clearTimeout(timer);
      clearInterval(memory);
      if (stopped) return resolve({ ...result, ...stopped, note: [result.note, stopped.note].filter(Boolean).join('; ') });
      if (status !== 0) return resolve({ ...result, note: `failed: ${errors.trim().split('\n').at(-1) || `exit status ${status}`}` });
      resolve(result);
    });
  });
}

/** 0 where the system does not tell. */
function residentMiB(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
