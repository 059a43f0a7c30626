// Child process: the peak memory of one of our implementations beyond inputs and touched outputs.
//
//   node peak-memory.mjs FOLDER ALGORITHM THREADS      (FOLDER as problem-folder.mjs writes it; MiB on stdout)
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { verifyFixedPoint } from '@geoscribe/geodesic-native';
import { readProblem } from './problem-folder.mjs';
import { distanceProblem, timeTransform, touchedOutputs } from './transform.mjs';

/** MiB of a line of /proc/self/status; null where there is no such file. */
function status(key) {
  try {
    return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return null;
  }
}

/** Linux starts VmHWM anew for a 5; elsewhere the peak is the process's. */
function forgetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // the peak of the process, at least that of loading its inputs, is reported
  }
}

/** Waits until what loading left behind is gone: freed during the run, it would hide what the run takes. */
async function settle() {
  for (let quiet = 0, last = Infinity; quiet < 3; ) {
    globalThis.gc();
    await setTimeout(20);
    const now = process.memoryUsage.rss();
    quiet = now < last ? 0 : quiet + 1;
    last = now;
  }
}

const [folder, algorithm, threads] = process.argv.slice(2);
const phantom = readProblem(folder);
const tiny = { dims: [8, 8, 8], spacing: [1, 1, 1], classes: 1, image: new Float32Array(512), seeds: new Uint8Array(512), probability: new Float32Array(512) };
const outputs = touchedOutputs(phantom);
// Loads the addon, and takes nothing that a transform would use again.
await verifyFixedPoint({ ...distanceProblem(tiny), distances: [new Float32Array(512)] });
await settle();
forgetPeak();
const begin = status('VmRSS') ?? process.memoryUsage.rss() / 2 ** 20;
await timeTransform(phantom, { algorithm, threads: Number(threads), outputs });
const peak = status('VmHWM') ?? process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${Math.max(0, peak - begin)}\n`);
