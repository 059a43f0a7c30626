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
  /** What is worth knowing beside it, e.g. a loss. */
  detail?: string;
}

export interface ProgressPrinter {
  /** Prints a line; a bar stays below it. */
  line(text: string): void;
  /** Shows a step: a moving bar on a terminal, elsewhere a line for each tenth. */
  step(step: ProgressStep): void;
  /** Leaves the bar as it is and ends its line. */
  end(): void;
}

const barWidth = 24;
const fallbackColumns = 80;

/** Prints progress on a stream, as the stream can show it. */
export function progressPrinter(stream: ProgressStream): ProgressPrinter {
  return stream.isTTY === true ? terminalPrinter(stream) : plainPrinter(stream);
}

/** `label [######------] 5/20 detail` */
export function formatBar({ label, done, total, detail }: ProgressStep): string {
  const filled = Math.round(barWidth * share(done, total));
  const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
  return `${label} [${bar}] ${done}/${total}${detail === undefined ? '' : ` ${detail}`}`;
}

function terminalPrinter(stream: ProgressStream): ProgressPrinter {
  const clear = '\r\u001b[2K';
  let bar = '';
  const draw = (): unknown => stream.write(`${clear}${bar.slice(0, (stream.columns ?? fallbackColumns) - 1)}`);
  return {
    line(text) {
      stream.write(`${bar === '' ? '' : clear}${text}\n`);
      if (bar !== '') draw();
    },
    step(step) {
      bar = formatBar(step);
      draw();
    },
    end() {
      if (bar !== '') stream.write('\n');
      bar = '';
    },
  };
}

function plainPrinter(stream: ProgressStream): ProgressPrinter {
  let shown: { label: string; tenth: number } | null = null;
  return {
    line: (text) => void stream.write(`${text}\n`),
    step({ label, done, total, detail }) {
      const tenth = Math.floor(10 * share(done, total));
      if (shown?.label === label && shown.tenth === tenth) return;
      shown = { label, tenth };
      stream.write(`${label} ${done}/${total}${detail === undefined ? '' : ` ${detail}`}\n`);
    },
    end() {
      shown = null;
    },
  };
}

function share(done: number, total: number): number {
  return Math.min(1, Math.max(0, done / total));
}
