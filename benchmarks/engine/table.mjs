// The results as markdown, ready for benchmarks/README.md.
import { commit, machine } from '../shared/machine.mjs';

const mebibytes = (value) => value.toFixed(value < 10 ? 1 : 0);

/** @param {object[]} rows as `measure` returns them */
export function markdown(rows, command) {
  const parts = [`${machine()}; commit ${commit('engine')}; \`${command}\`.`];
  for (const work of new Set(rows.map((row) => row.work))) {
    const own = rows.filter((row) => row.work === work);
    const peer = own.find(({ implementation }) => implementation === 'nnunetv2');
    parts.push(
      `**${work}**: ${peer.input}`,
      [
        '| implementation | precision | seconds | x nnunetv2 | peak MiB | note |',
        '|---|---|---|---|---|---|',
        ...own.map((row) => `| ${[
          row.implementation, row.precision, row.seconds.toPrecision(3), (peer.seconds / row.seconds).toPrecision(3), mebibytes(row.peakMiB), row.note,
        ].join(' | ')} |`),
      ].join('\n'),
    );
  }
  return `${parts.join('\n\n')}\n`;
}
