import { linear, px, ticks } from './chart.js';
import { fixed } from './format-number.js';
import { html, type Html } from './html.js';
import type { ReportRow } from './report-rows.js';

const size = { width: 720, left: 132, right: 64, top: 10, row: 26, bottom: 40 };

/** Mean and interval of each row on a common axis, with a line at the preliminary network's mean. */
export function intervalChart(rows: ReportRow[]): Html {
  const values = rows.flatMap(({ meanDice, interval }) => [meanDice, interval?.low ?? meanDice, interval?.high ?? meanDice]);
  const marks = ticks(Math.min(...values), Math.max(...values), 6);
  const domain = [marks.values[0] ?? 0, marks.values.at(-1) ?? 1] as const;
  const x = linear(domain, [size.left, size.width - size.right]);
  const floor = size.top + rows.length * size.row;
  const preliminary = rows.find(({ method }) => method === 'preliminary');
  const description = `Mean Dice with 95 % intervals: ${rows.map(({ method, meanDice }) => `${method} ${fixed(meanDice, 3)}`).join(', ')}.`;
  return html`<svg class="chart wide" viewBox="0 0 ${size.width} ${floor + size.bottom}" role="img" aria-label="${description}">
${marks.values.map((value) => html`<line class="grid" x1="${px(x(value))}" x2="${px(x(value))}" y1="${size.top}" y2="${floor}"/><text class="tick" x="${px(x(value))}" y="${floor + 15}" text-anchor="middle">${fixed(value, marks.decimals)}</text>`)}
${preliminary !== undefined && html`<line class="reference" x1="${px(x(preliminary.meanDice))}" x2="${px(x(preliminary.meanDice))}" y1="${size.top}" y2="${floor}"/>`}
${rows.map((row, i) => mark(row, size.top + (i + 0.5) * size.row, x))}
<text class="axis" x="${px((size.left + size.width - size.right) / 2)}" y="${floor + 33}" text-anchor="middle">mean foreground Dice on the test cases</text>
</svg>`;
}

function mark({ method, meanDice, interval }: ReportRow, y: number, x: (value: number) => number): Html {
  const kind = method === 'preliminary' ? 'preliminary' : method.startsWith('iteration-') ? 'method' : 'baseline';
  return html`<text class="label" x="${size.left - 12}" y="${px(y + 4)}" text-anchor="end">${method}</text>
${interval !== null && html`<line class="interval ${kind}" x1="${px(x(interval.low))}" x2="${px(x(interval.high))}" y1="${px(y)}" y2="${px(y)}"/>`}
<circle class="dot ${kind}" r="5" cx="${px(x(meanDice))}" cy="${px(y)}"/>
<text class="value" x="${size.width - 4}" y="${px(y + 4)}" text-anchor="end">${fixed(meanDice, 3)}</text>
`;
}
