import { fixed } from './format-number.js';
import { html, type Html } from './html.js';

/** Round tick values that cover `[low, high]`, about `count` of them, and the decimals they need. */
export function ticks(low: number, high: number, count: number): { values: number[]; decimals: number } {
  const span = high > low ? high - low : Math.max(Math.abs(low), 1) * 0.1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * 0.999) ?? raw;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil((low + span) / step - 1e-9));
  const values = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { values, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** Maps a data range to output pixels. */
export function linear([low, high]: readonly [number, number], [from, to]: readonly [number, number]): (value: number) => number {
  return (value) => (high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from));
}

/** Coordinate in SVG user units, short and the same on every machine. */
export function px(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

export interface Series {
  /** CSS class of the line: `loss` or `dice`. */
  kind: 'loss' | 'dice';
  name: string;
  points: { x: number; y: number }[];
  /** Range of the axis, shared by charts that are to be compared. */
  range: [number, number];
  /** Thinner lines behind, e.g. one a class. */
  behind?: { colour: string; points: { x: number; y: number }[] }[];
}

const size = { width: 300, left: 44, right: 10, top: 20, panel: 88, gap: 26, bottom: 30 };

/**
 * Curves over epochs, one panel above the other with a common horizontal axis.
 *
 * @param series one a panel; values that are not finite are left out. A single point is drawn as a dot.
 * @param description what the chart says, for people who cannot see it.
 */
export function curveChart(series: Series[], description: string): Html {
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const domain: [number, number] = [Math.min(...xs), Math.max(...xs)];
  const x = linear(domain, [size.left, size.width - size.right]);
  const height = size.top + series.length * size.panel + (series.length - 1) * size.gap + size.bottom;
  const floor = height - size.bottom;
  const epochs = ticks(...domain, 5).values.filter((value) => Number.isInteger(value) && value >= domain[0] && value <= domain[1]);
  return html`<svg class="chart" viewBox="0 0 ${size.width} ${height}" role="img" aria-label="${description}">
${series.map((one, i) => panel(one, size.top + i * (size.panel + size.gap), x))}
${epochs.map((epoch) => html`<text class="tick" x="${px(x(epoch))}" y="${floor + 13}" text-anchor="middle">${epoch}</text>`)}
<text class="axis" x="${px((size.left + size.width - size.right) / 2)}" y="${floor + 26}" text-anchor="middle">epoch</text>
</svg>`;
}

function panel({ kind, name, points, range, behind = [] }: Series, top: number, x: (value: number) => number): Html {
  const marks = ticks(...range, 3);
  const extent: [number, number] = [marks.values[0] ?? range[0], marks.values.at(-1) ?? range[1]];
  const y = linear(extent, [top + size.panel, top]);
  const placed = (line: Series['points']): string[] => line.filter((point) => Number.isFinite(point.y)).map((point) => `${px(x(point.x))},${px(y(point.y))}`);
  const drawn = placed(points);
  return html`${marks.values.map(
    (value) => html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${px(y(value))}" y2="${px(y(value))}"/><text class="tick" x="${size.left - 5}" y="${px(y(value) + 3.5)}" text-anchor="end">${fixed(value, marks.decimals)}</text>`,
  )}
${behind.map((line) => html`<polyline class="line behind" style="stroke:${line.colour}" points="${placed(line.points).join(' ')}"/>`)}
${drawn.length > 1 && html`<polyline class="line ${kind}" points="${drawn.join(' ')}"/>`}
${drawn.length <= 24 && drawn.map((point) => html`<circle class="dot ${kind}" r="2.2" cx="${point.split(',')[0] ?? ''}" cy="${point.split(',')[1] ?? ''}"/>`)}
<text class="axis" x="${size.left}" y="${top - 7}">${name}</text>`;
}
