// The results as markdown, ready for benchmarks/README.md.
import { commit, machine } from '../shared/machine.mjs';

const seconds = (value) => (value === null ? '-' : value.toPrecision(3));
const error = (value) => (value === null ? '-' : value === 0 ? '0' : value.toExponential(1));

const mebibytes = (value) => (value === null ? '-' : value.toFixed(value < 10 ? 1 : 0));

/**
 * @typedef {object} Figure one that is no row
 * @property {string} figure
 * @property {number} seconds
 * @property {string} note
 * @property {{phantom: string, implementation: string}} [peer] whose row solves the same problem
 */

/**
 * @param {object} results
 * @param {object[]} results.rows the JSON rows
 * @param {Record<string, string>} results.phantoms one line about each phantom, by name
 * @param {Figure[]} results.extras
 * @param {string} command
 */
export function markdown({ rows, phantoms, extras }, command) {
  const parts = [`${machine()}; commit ${commit('geodesic')}; \`${command}\`.`];
  for (const [phantom, about] of Object.entries(phantoms)) {
    const own = rows.filter((row) => row.phantom === phantom);
    const single = (implementation) => own.find((row) => row.implementation === implementation && row.threads === 1)?.seconds;
    const [heap, bucket] = [single('heap'), single('bucket')];
    const times = (base, row) => (base && row.seconds ? (base / row.seconds).toPrecision(2) : '-');
    parts.push(
      `**${phantom}**: ${about}`,
      [
        '| implementation | threads | seconds | x heap | x bucket | peak MiB | max error | mean error | note |',
        '|---|---|---|---|---|---|---|---|---|',
        ...own.map((row) => `| ${[
          row.implementation, row.threads, seconds(row.seconds), times(heap, row), times(bucket, row),
          mebibytes(row.peakMiB), error(row.maxError), error(row.meanError), row.note,
        ].join(' | ')} |`),
      ].join('\n'),
    );
  }
  if (extras.length > 0) {
    const note = (figure) => {
      const theirs = rows.find((row) => row.phantom === figure.peer?.phantom && row.implementation === figure.peer.implementation)?.seconds;
      return theirs ? `${figure.note}; ${(theirs / figure.seconds).toPrecision(2)} x ${figure.peer.implementation}` : figure.note;
    };
    parts.push(['| figure | seconds | note |', '|---|---|---|', ...extras.map((row) => `| ${row.figure} | ${seconds(row.seconds)} | ${note(row)} |`)].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}
