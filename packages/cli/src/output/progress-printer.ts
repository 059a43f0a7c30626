import { sparkline } from './sparkline.js';
import { durationInWords, timeLeft } from './time-left.js';

/** Where progress goes: stderr. */
export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** One state of a bar. */
export interface ProgressStep {
  label: string;
  done: number;
  /** Greater than 0. */
  total: number;
  /** Share of the whole that is done, where it is known finer than `done / total`. */
  fraction?: number;
  /** Worth a line even where every tenth gets one. */
  milestone?: boolean;
  /** An estimate from what one step takes, s; what is seen of the speed is preferred to it. */
  secondsLeft?: number;
  /** Figures with what they were before: a chart each on a terminal, elsewhere the newest value. */
  curves?: readonly ProgressCurve[];
  /** What else is worth knowing, e.g. seconds a step. */
  detail?: string;
}

export interface ProgressCurve {
  name: string;
  /** Oldest first, few enough for a line. */
  values: readonly number[];
  /** The newest value in words. */
  text: string;
}

export interface ProgressPrinter {
  /** Prints a line; a bar stays below it. */
  line(text: string): void;
  /** Shows a step: a moving bar on a terminal, elsewhere a line for each tenth and each milestone. */
  step(step: ProgressStep): void;
  /** Leaves the bar as it is and ends its line. */
  end(): void;
}

export interface ProgressPrinterOptions {
  /** Whether the terminal shows block characters. */
  unicode: boolean;
  /** ms. */
  now: () => number;
}

const barWidth = 24;
const fallbackColumns = 80;

/** Prints progress on a stream, as the stream can show it. */
export function progressPrinter(stream: ProgressStream, options: ProgressPrinterOptions): ProgressPrinter {
  return stream.isTTY === true ? terminalPrinter(stream, options) : plainPrinter(stream, options);
}

/** `label [######------] 5/20 detail` */
export function formatBar({ label, done, total, detail }: Pick<ProgressStep, 'label' | 'done' | 'total' | 'detail'>): string {
  const filled = Math.round(barWidth * share(done, total));
  const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
  return `${label} [${bar}] ${done}/${total}${detail === undefined ? '' : ` ${detail}`}`;
}

/** A step as the lines of a terminal: the bar, a line for each curve, and the rest. */
export function formatStep({ curves = [], detail, ...step }: ProgressStep, options: { unicode: boolean; secondsLeft: number | null }): string[] {
  const left = options.secondsLeft === null ? [] : [`${durationInWords(options.secondsLeft)} left`];
  if (curves.length === 0) {
    const text = [...left, ...(detail === undefined ? [] : [detail])].join(', ');
    return [formatBar({ ...step, ...(text !== '' && { detail: text }) })];
  }
  const charts = curves.map(({ values }) => sparkline(values, options));
  const width = { name: Math.max(...curves.map(({ name }) => name.length)), chart: Math.max(...charts.map((chart) => chart.length)) };
  return [
    formatBar({ ...step, ...(left[0] !== undefined && { detail: left[0] }) }),
    ...curves.map(({ name, text }, k) => `  ${name.padEnd(width.name)}  ${charts[k]!.padEnd(width.chart)}  ${text}`),
    ...(detail === undefined ? [] : [`  ${detail}`]),
  ];
}

/** Estimates the time left of the steps as they come, s; null where it is unknown, or nothing is left. */
function estimator(now: () => number): (step: ProgressStep) => number | null {
  const seen = timeLeft(now);
  return ({ label, done, total, fraction = share(done, total), secondsLeft }) => {
    const estimate = seen(label, fraction) ?? secondsLeft ?? null;
    return fraction < 1 ? estimate : null;
  };
}

function terminalPrinter(stream: ProgressStream, { unicode, now }: ProgressPrinterOptions): ProgressPrinter {
  const estimate = estimator(now);
  let shown: string[] = [];
  const clear = (): string => `\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(Math.max(0, shown.length - 1))}`;
  const drawn = (): string => shown.map((line) => line.slice(0, (stream.columns ?? fallbackColumns) - 1)).join('\n');
  return {
    line(text) {
      stream.write(shown.length === 0 ? `${text}\n` : `${clear()}${text}\n${drawn()}`);
    },
    step(step) {
      const before = clear();
      shown = formatStep(step, { unicode, secondsLeft: estimate(step) });
      stream.write(`${before}${drawn()}`);
    },
    end() {
      if (shown.length > 0) stream.write('\n');
      shown = [];
    },
  };
}

function plainPrinter(stream: ProgressStream, { now }: ProgressPrinterOptions): ProgressPrinter {
  const estimate = estimator(now);
  let shown: { label: string; tenth: number; milestone: number | null } | null = null;
  return {
    line: (text) => void stream.write(`${text}\n`),
    step(step) {
      const { label, done, total, milestone = false, curves = [], detail } = step;
      const secondsLeft = estimate(step);
      const tenth = tenthOf(step);
      // Who asks for the state again and again is told of a milestone once.
      const news = milestone ? shown?.milestone !== done : shown?.tenth !== tenth;
      if (shown?.label === label && !news) return;
      shown = { label, tenth, milestone: milestone ? done : null };
      const figures = [
        ...curves.map(({ name, text }) => `${name} ${text}`),
        ...(detail === undefined ? [] : [detail]),
        ...(secondsLeft === null ? [] : [`${durationInWords(secondsLeft)} left`]),
      ];
      stream.write(`${label} ${done}/${total}${figures.length === 0 ? '' : ` ${figures.join(', ')}`}\n`);
    },
    end() {
      shown = null;
    },
  };
}

/** Tenths that are done; a training's last step of a tenth leaves its line to the milestone that follows. */
function tenthOf({ done, total, fraction, milestone }: ProgressStep): number {
  if (fraction === undefined) return Math.floor(10 * share(done, total));
  return milestone === true ? Math.floor(10 * fraction + 1e-9) : Math.ceil(10 * fraction - 1e-9) - 1;
}

function share(done: number, total: number): number {
  return Math.min(1, Math.max(0, done / total));
}
