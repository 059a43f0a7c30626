import { linear, px, ticks } from './chart.js';
import { fixed } from './format-number.js';
import { html, type Html } from './html.js';

export interface CasePair {
  caseId: string;
  before: number;
  after: number;
}

const size = { width: 340, left: 52, right: 12, top: 12, bottom: 44 };

/** One dot a case: Dice of the preliminary network across, of the last iteration up; above the diagonal is better. */
export function pairedChart(pairs: CasePair[], afterName: string): Html {
  const values = pairs.flatMap(({ before, after }) => [before, after]);
  const marks = ticks(Math.min(...values), Math.max(...values), 5);
  const domain = [marks.values[0] ?? 0, marks.values.at(-1) ?? 1] as const;
  const side = size.width - size.left - size.right;
  const floor = size.top + side;
  const x = linear(domain, [size.left, size.left + side]);
  const y = linear(domain, [floor, size.top]);
  const better = pairs.filter(({ before, after }) => after > before).length;
  const description = `Dice by case, preliminary against ${afterName}: higher in ${better} of ${pairs.length} cases.`;
  return html`<svg class="chart" viewBox="0 0 ${size.width} ${floor + size.bottom}" role="img" aria-label="${description}">
${marks.values.map(
    (value) => html`<line class="grid" x1="${px(x(value))}" x2="${px(x(value))}" y1="${size.top}" y2="${floor}"/><line class="grid" x1="${size.left}" x2="${size.left + side}" y1="${px(y(value))}" y2="${px(y(value))}"/>
<text class="tick" x="${px(x(value))}" y="${floor + 15}" text-anchor="middle">${fixed(value, marks.decimals)}</text><text class="tick" x="${size.left - 6}" y="${px(y(value) + 3.5)}" text-anchor="end">${fixed(value, marks.decimals)}</text>`,
  )}
<line class="reference" x1="${size.left}" y1="${floor}" x2="${size.left + side}" y2="${size.top}"/>
${pairs.map(({ caseId, before, after }) => html`<circle class="dot method" r="3.5" cx="${px(x(before))}" cy="${px(y(after))}"><title>${caseId}: ${fixed(before, 3)} to ${fixed(after, 3)}</title></circle>`)}
<text class="axis" x="${px(size.left + side / 2)}" y="${floor + 34}" text-anchor="middle">Dice, preliminary</text>
<text class="axis" transform="translate(12 ${px(size.top + side / 2)}) rotate(-90)" text-anchor="middle">Dice, ${afterName}</text>
</svg>`;
}
