import { counted } from '@geoscribe/campaign';
import { linear, px, ticks } from '../report/chart.js';
import { fixed } from '../report/format-number.js';
import { html, type Html } from '../report/html.js';
import type { CurveEntry } from '../training/training-record.js';
import type { CurveRun } from './curve-run.js';
import { progressPanel, type PanelAxis, type PanelLine } from './progress-panel.js';
import { drawnClasses, progressStyle } from './progress-style.js';

const size = { width: 860, left: 64, right: 800, legend: 72, legendRow: 17, gap: 40, bottom: 40 };
const panelHeights = [300, 110, 110];

/**
 * A training's progress as a picture, after nnU-Net's `progress.png`: loss and validation Dice on top (per class, and as
 * an exponential mean), seconds a step and learning rate below.
 *
 * The picture stands alone, follows the viewer's light or dark setting, and is the same for the same history.
 *
 * @param history at least one epoch
 */
export function progressSvg(history: readonly CurveEntry[], { name, labels }: Pick<CurveRun, 'name' | 'labels'>): string {
  const epochs = history.map(({ epoch }) => epoch);
  const domain: [number, number] = [Math.min(...epochs), Math.max(...epochs)];
  const x = linear(domain, [size.left, size.right]);
  const names = legend(history, labels);
  const top = size.legend + size.legendRow * names.rows + 18;
  const tops = panelHeights.map((_, k) => top + panelHeights.slice(0, k).reduce((sum, height) => sum + height + size.gap, 0));
  const floor = tops.at(-1)! + panelHeights.at(-1)!;
  const height = floor + size.bottom;
  const panels = panelsOf(history, labels);
  const marks = ticks(...domain, 10).values.filter((value) => Number.isInteger(value) && value >= domain[0] && value <= domain[1]);
  return `${html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" role="img" aria-label="${`${name}: ${inWords(history)}`}">
<style>${progressStyle}</style>
<rect class="ground" width="${size.width}" height="${height}"/>
<text class="title" x="${size.left}" y="28">${name}</text>
<text class="soft" x="${size.left}" y="47">${inWords(history)}</text>
${names.drawn}
${panels.map((axes, k) => progressPanel(axes, { left: size.left, right: size.right, top: tops[k]!, bottom: tops[k]! + panelHeights[k]!, x }))}
${marks.map((epoch) => html`<text class="tick" x="${px(x(epoch))}" y="${floor + 18}" text-anchor="middle">${epoch}</text>`)}
<text class="soft" x="${px((size.left + size.right) / 2)}" y="${floor + 34}" text-anchor="middle">epoch</text>
</svg>`.text}\n`;
}

function panelsOf(history: readonly CurveEntry[], labels: readonly string[]): PanelAxis[][] {
  const line = (kind: string, value: (entry: CurveEntry) => number | null | undefined): PanelLine => ({
    kind,
    points: history.flatMap((entry) => {
      const y = value(entry);
      return y === null || y === undefined ? [] : [{ x: entry.epoch, y }];
    }),
  });
  const dice = [
    ...shownClasses(history, labels).map((_, k) => line(`class class-${k}`, ({ validationDiceByClass }) => validationDiceByClass?.[k])),
    line('dice', ({ validationDice }) => validationDice),
    line('mean', ({ validationMean }) => validationMean),
  ];
  return [
    [
      { side: 'left', title: 'loss', kind: 'loss', lines: [line('loss', ({ loss }) => loss)] },
      ...(isValidated(history) ? [{ side: 'right' as const, title: 'validation Dice', kind: 'dice', lines: dice }] : []),
    ],
    [{ side: 'left', title: 'seconds a step', kind: 'loss', lines: [line('loss', ({ secondsPerStep }) => secondsPerStep)] }],
    [{ side: 'left', title: 'learning rate', kind: 'loss', lines: [line('loss', ({ learningRate }) => learningRate)] }],
  ];
}

/** Names of the Dice lines in rows below the title; a character is taken as 6.6 wide. */
function legend(history: readonly CurveEntry[], labels: readonly string[]): { drawn: Html[]; rows: number } {
  if (!isValidated(history)) return { drawn: [], rows: 0 };
  const classes = shownClasses(history, labels);
  const hidden = classes.length === 0 ? 0 : labels.length - 1 - classes.length;
  const entries = [
    { kind: 'mean', name: 'exponential mean' },
    { kind: 'dice', name: 'mean over classes' },
    ...classes.map((name, k) => ({ kind: `class class-${k}`, name: name.length > 30 ? `${name.slice(0, 29)}…` : name })),
    ...(hidden > 0 ? [{ kind: null, name: `${counted(hidden, 'more label')} in training.csv` }] : []),
  ];
  let left = size.left;
  let row = 0;
  const drawn = entries.map(({ kind, name }) => {
    const width = 6.6 * name.length + 46;
    if (left + width > size.right && left > size.left) [left, row] = [size.left, row + 1];
    const y = size.legend + row * size.legendRow;
    const entry = html`${kind !== null && html`<line class="line ${kind}" x1="${px(left)}" x2="${px(left + 22)}" y1="${y}" y2="${y}"/>`}<text class="soft" x="${px(left + 28)}" y="${y + 4}">${name}</text>\n`;
    left += width;
    return entry;
  });
  return { drawn, rows: row + 1 };
}

function shownClasses(history: readonly CurveEntry[], labels: readonly string[]): readonly string[] {
  return history.some(({ validationDiceByClass }) => validationDiceByClass !== undefined) ? labels.slice(1, drawnClasses + 1) : [];
}

function isValidated(history: readonly CurveEntry[]): boolean {
  return history.some(({ validationDice }) => validationDice !== undefined);
}

function inWords(history: readonly CurveEntry[]): string {
  const last = history.at(-1);
  const validated = history.findLast(({ validationDice }) => validationDice !== undefined);
  const mean = validated?.validationMean === undefined ? '' : `, exponential mean ${fixed(validated.validationMean, 3)}`;
  const dice = validated === undefined ? '' : `, validation Dice ${fixed(validated.validationDice, 3)}${mean}`;
  return `epoch ${last?.epoch}: loss ${fixed(last?.loss, 3)}${dice}`;
}
