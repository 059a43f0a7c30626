import { linear, px, ticks } from '../report/chart.js';
import { fixed } from '../report/format-number.js';
import { html, type Html } from '../report/html.js';

/** One line of a panel. Points that are not finite are left out. */
export interface PanelLine {
  /** CSS classes, e.g. `class class-0`. */
  kind: string;
  points: readonly { x: number; y: number }[];
}

/** Lines that share a vertical axis. */
export interface PanelAxis {
  side: 'left' | 'right';
  /** Above the axis, in the colour of `kind`. */
  title: string;
  kind: string;
  lines: readonly PanelLine[];
}

export interface PanelFrame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: (epoch: number) => number;
}

/** With so few points each gets a dot, so that a single one can be seen. */
const dottedPoints = 24;

/** A panel of a training's progress: one or two vertical axes over the common epochs. */
export function progressPanel(axes: readonly PanelAxis[], frame: PanelFrame): Html {
  return html`<g>${axes.map((axis) => drawnAxis(axis, frame))}</g>\n`;
}

function drawnAxis({ side, title, kind, lines }: PanelAxis, { left, right, top, bottom, x }: PanelFrame): Html {
  const drawn = lines.map((line) => ({ kind: line.kind, points: line.points.filter(({ y }) => Number.isFinite(y)) }));
  const values = drawn.flatMap(({ points }) => points.map(({ y }) => y));
  const anchor = side === 'left' ? 'start' : 'end';
  const heading = html`<text class="${kind}" x="${side === 'left' ? left : right}" y="${top - 9}" text-anchor="${anchor}">${title}</text>\n`;
  if (values.length === 0) return heading;
  const marks = ticks(...extent(values), 4);
  const y = linear([marks.values[0]!, marks.values.at(-1)!], [bottom, top]);
  const tickX = side === 'left' ? left - 7 : right + 7;
  const tickAnchor = side === 'left' ? 'end' : 'start';
  return html`${heading}${marks.values.map(
    (value) => html`${side === 'left' && html`<line class="grid" x1="${left}" x2="${right}" y1="${px(y(value))}" y2="${px(y(value))}"/>`}<text class="tick" x="${tickX}" y="${px(y(value) + 4)}" text-anchor="${tickAnchor}">${fixed(value, marks.decimals)}</text>`,
  )}
${drawn.map((line) => drawnLine(line, x, y))}`;
}

/** Around a single value as well. */
function extent(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = low === high ? 0.05 * Math.abs(low) : 0;
  return [low - margin, high + margin];
}

function drawnLine({ kind, points }: PanelLine, x: (epoch: number) => number, y: (value: number) => number): Html {
  const places = points.map((point) => ({ x: px(x(point.x)), y: px(y(point.y)) }));
  return html`${places.length > 1 && html`<polyline class="line ${kind}" points="${places.map((place) => `${place.x},${place.y}`).join(' ')}"/>\n`}${
    places.length <= dottedPoints && places.map((place) => html`<circle class="dot ${kind}" r="2.4" cx="${place.x}" cy="${place.y}"/>\n`)
  }`;
}
