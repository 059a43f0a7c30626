// The process of one of our implementations: see `startContestant` for what is said on stdin and stdout.
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { settle, watchPeak } from '../../shared/resident-memory.mjs';

const say = (event) => new Promise((written) => process.stdout.write(`${JSON.stringify(event)}\n`, written));

/**
 * @param {object} work
 * @param {() => Promise<{precision: string, note?: string, run: () => Promise<void>, time?: (count: number) => Promise<number[]>}>} work.open
 *   reads the inputs; memory is watched from its end. `time` gives the seconds of `count` runs where they are not
 *   the wall time of `run`.
 * @param {() => unknown} work.result of the last run, plain JSON: what the implementations must agree on
 */
export async function contend({ open, result }) {
  const { precision, note, run, time = wallTime(run) } = await open();
  await settle();
  const peak = watchPeak();
  await time(1);
  await say({ phase: 'ready', precision, note });
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, count] = line.split(' ');
    if (word === 'run') await say({ phase: 'ran', seconds: await time(Number(count)) });
    else break;
  }
  await say({ phase: 'done', peakMiB: peak(), result: result() });
  process.exit(0);
}

function wallTime(run) {
  return async (count) => {
    const seconds = [];
    for (let k = 0; k < count; k += 1) {
      const begin = performance.now();
      await run();
      seconds.push((performance.now() - begin) / 1000);
    }
    return seconds;
  };
}
