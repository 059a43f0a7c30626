// One work by both implementations, in turns.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../shared/median.mjs';
import { frugalMalloc } from '../shared/resident-memory.mjs';
import { differenceOf } from './agreement.mjs';
import { startContestant } from './contestant.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Starts a process for each row, lets them run in turns, and compares their results.
 *
 * @param {import('./works.mjs').Work} work
 * @param {{folder: string, input: string, python: string, environment: Record<string, string>, say: (line: string) => void}} context
 * @returns {Promise<{work, input, implementation, precision, seconds, peakMiB, note}[]>} the peer's row first
 * @throws Error where a process fails, or where the results differ
 */
export async function measure(work, { folder, input, python, environment, say }) {
  const contestants = [];
  try {
    contestants.push({ implementation: 'nnunetv2', ...(await startPeer(work, { folder, python, environment })) });
    for (const wanted of work.precisions) {
      if (contestants.some(({ precision, implementation }) => implementation === 'geoscribe' && precision === wanted)) continue;
      contestants.push({ implementation: 'geoscribe', ...(await startOurs(work, { folder, environment, wanted })) });
    }
    const seconds = contestants.map(() => []);
    for (let round = 0; round < work.rounds; round += 1) {
      for (const [k, contestant] of contestants.entries()) seconds[k].push(...(await contestant.run(work.runs)));
    }
    const rows = [];
    let expected;
    for (const [k, { implementation, precision, note, end }] of contestants.entries()) {
      const { peakMiB, result } = await end();
      expected ??= result;
      const difference = differenceOf(result, expected);
      if (implementation === 'geoscribe' && !(difference <= work.tolerance[precision])) {
        throw new Error(`${work.work}: the results of geoscribe (${precision}) and nnunetv2 differ by ${difference.toExponential(1)}, allowed are ${work.tolerance[precision]}`);
      }
      const notes = [`median of ${seconds[k].length}`, implementation === 'geoscribe' && `result within ${difference.toExponential(0)}`, note];
      rows.push({ work: work.work, input, implementation, precision, seconds: median(seconds[k]), peakMiB, note: notes.filter(Boolean).join('; ') });
      say(`${work.work}: ${implementation} ${precision}: ${rows.at(-1).seconds.toPrecision(3)} s`);
    }
    return rows;
  } finally {
    for (const { kill } of contestants) kill();
  }
}

function startPeer({ work, name }, { folder, python, environment }) {
  return startContestant({
    label: `${work}, nnunetv2`,
    command: python,
    arguments: [join(here, 'peers', `${name.replaceAll('-', '_')}.py`), folder],
    environment: { ...environment, PYTHONDONTWRITEBYTECODE: '1', MPLCONFIGDIR: folder },
  });
}

function startOurs({ work, name }, { folder, environment, wanted }) {
  return startContestant({
    label: `${work}, geoscribe`,
    command: process.execPath,
    arguments: ['--expose-gc', join(here, 'ours', `${name}.mjs`), folder, wanted],
    environment: { ...environment, ...frugalMalloc },
  });
}
