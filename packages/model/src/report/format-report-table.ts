import { counted } from '@geoscribe/campaign';
import { fixed, MISSING, percent, range, signed } from './format-number.js';
import type { ReportJson } from './report-json.js';
import { printable, textTable } from './text-table.js';

/**
 * The main table as plain text for a terminal.
 *
 * @param json a report; class columns follow its `labels`.
 * @returns lines joined by LF, without a line break at the end.
 */
export function formatReportTable(json: ReportJson): string {
  const title = `${printable(json.campaign)}: ${printable(json.dataset)}, seed ${json.seed}`;
  const cases = [
    `${json.cases.full.length} fully labelled`,
    `${json.cases.scribbled.length} scribbled (${percent(json.scribbledShare, 2)} of the voxels marked)`,
    `${json.cases.test.length} test`,
  ].join(', ');
  return [title, cases, '', ...table(json), ...notes(json)].join('\n');
}

function table(json: ReportJson): string[] {
  if (json.rows.length === 0) return ['No test case has a true label, so there is no Dice to show.'];
  const classes = json.labels.map((name, value) => ({ name: printable(name), value })).slice(1);
  const dice = (value: number | null | undefined) => fixed(value, 3);
  const cells = [
    ['method', 'mean Dice', '95 % interval', 'vs preliminary', ...classes.map(({ name }) => name)],
    ...json.rows.map((row) => [
      printable(row.method),
      dice(row.meanDice),
      range(row.interval, dice),
      row.difference === null ? MISSING : signed(row.difference.mean, 3),
      ...classes.map(({ value }) => dice(row.perClassDice[value])),
    ]),
  ];
  return textTable(cells);
}

function notes(json: ReportJson): string[] {
  const { before, after } = json.pseudoLabelDice;
  const lines: string[] = [''];
  if (before !== null && after.length > 0) {
    lines.push(`Pseudo-label Dice: ${fixed(before, 3)} before, ${after.map((value) => fixed(value, 3)).join(', ')} after (by iteration)`);
  }
  if (json.simulatedAnnotator) lines.push('The scribbles were drawn by a program from the true labels, not by a person.');
  if (json.failedCases.length > 0) lines.push(`${counted(json.failedCases.length, 'case')} set aside: see the report.`);
  return lines.length === 1 ? [] : lines;
}
