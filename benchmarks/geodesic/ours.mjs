// Our implementations on one phantom: times, alternating in one process; errors; memory, each in a process of its own.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyFixedPoint } from '@geoscribe/geodesic-native';
import { median } from '../shared/median.mjs';
import { frugalMalloc } from '../shared/resident-memory.mjs';
import { writeProblem } from './problem-folder.mjs';
import { cutoff, threadCounts } from './settings.mjs';
import { countReached, errorsOf, sameBits } from './statistics.mjs';
import { distanceProblem, fastGeodisDistances, timeTransform, touchedOutputs } from './transform.mjs';

const algorithms = ['tiles', 'bucket', 'heap'];

/** An implementation that has used this up is not repeated beyond `fewest` runs. */
const secondsEach = 15;
const fewest = 3;

/**
 * Writes the phantom and its exact distances, those of the heap, into `folder`.
 *
 * @returns rows of the benchmark
 */
export async function measureOurs(phantom, { runs, folder, say }) {
  const exact = touchedOutputs(phantom);
  const outputs = touchedOutputs(phantom);
  await timeTransform(phantom, { algorithm: 'heap', threads: 1, outputs: exact });
  const { violations } = await verifyFixedPoint({ ...distanceProblem(phantom), distances: exact });
  if (violations !== 0) throw new Error(`${phantom.name}: ${violations} voxels of the heap's result are no fixed point`);
  writeProblem(folder, phantom, exact, await fastGeodisDistances(phantom));
  say(`${phantom.name}: ${countReached(exact)} label-voxels reached, certified by verifyFixedPoint`);

  const entries = algorithms.flatMap((algorithm) => threadCounts.map((threads) => ({ algorithm, threads, seconds: [] })));
  for (const entry of entries) {
    // The run that warms up is the one whose result is looked at.
    for (const output of outputs) output.fill(-1);
    await timeTransform(phantom, { ...entry, outputs });
    const equal = sameBits(outputs, exact);
    Object.assign(entry, equal ? { maxError: 0, meanError: 0 } : errorsOf(outputs, exact, cutoff), { equal });
  }
  for (let run = 0; run < runs; run += 1) {
    for (const entry of entries) {
      const used = entry.seconds.reduce((sum, seconds) => sum + seconds, 0);
      if (run >= fewest && used > secondsEach) continue;
      entry.seconds.push(await timeTransform(phantom, { ...entry, outputs }));
    }
  }
  return entries.map(({ algorithm, threads, seconds, maxError, meanError, equal }) => {
    say(`${phantom.name}: ${algorithm}, threads ${threads}: ${median(seconds).toFixed(3)} s`);
    const notes = [`median of ${seconds.length}`, algorithm === 'heap' ? 'fixed point certified' : equal ? 'bit-equal to the heap' : 'DIFFERS from the heap'];
    return {
      phantom: phantom.name, implementation: algorithm, threads, seconds: median(seconds),
      peakMiB: peakMemory(folder, algorithm, threads), maxError, meanError, note: notes.join('; '),
    };
  });
}

function peakMemory(folder, algorithm, threads) {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'peak-memory.mjs');
  const child = spawnSync(process.execPath, ['--expose-gc', script, folder, algorithm, String(threads)], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...frugalMalloc },
  });
  return child.status === 0 ? Number(child.stdout) : null;
}
