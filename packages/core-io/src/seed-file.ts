import { GeoscribeError } from '@geoscribe/campaign';
import type { Vec3 } from './geometry.js';

/** One polyline as AnatomySketch stores it. `viewLabel`, `layer` and `serial` say in which view it was drawn. */
export interface SeedStroke {
  viewLabel: number;
  layer: number;
  serial: number;
  /** mm, in the file's display space: see `rasterizeSeedFile`. */
  points: Vec3[];
}

export interface SeedGroup {
  name: string;
  /** Red, green, blue, 0..255. */
  color: Vec3;
  /** Class of all strokes of the group, 0 = background. */
  label: number;
  strokes: SeedStroke[];
}

/** Contents of an AnatomySketch `.seed` file. */
export interface SeedFile {
  groups: SeedGroup[];
}

const heading = '#Anatomy Sketch Seed File';

/**
 * Parses an AnatomySketch `.seed` file (LF or CRLF).
 *
 * A list of points ends at the first line that is not three numbers; that line must be empty or begin with "#".
 *
 * Errors: `InvalidScribbleError` with the line number for anything that is not as `formatSeedFile` writes it.
 */
export function parseSeedFile(text: string, { file }: { file: string }): SeedFile {
  const lines = new LineReader(text, file);
  lines.literal(heading);
  lines.literal('#NUMBER OF DATA:');
  const count = lines.count();
  lines.literal('#DATA LIST DEFINITION:');
  const groups = Array.from({ length: count }, (_, index) => parseGroup(lines, index));
  lines.nothingMore();
  return { groups };
}

/** Text of a `.seed` file, LF; `parseSeedFile` gives the same content back. */
export function formatSeedFile({ groups }: SeedFile): string {
  const lines = [heading, '#NUMBER OF DATA:', String(groups.length), '#DATA LIST DEFINITION:'];
  groups.forEach((group, g) => {
    lines.push(
      `#DATA LIST NUMBER ${g} DEFINITION:`,
      `${g} # data_list_index`,
      `${group.name.replaceAll(/[\r\n]/g, ' ')} # data_name`,
      `${group.color.join(' ')} # r_color g_color b_color`,
      `${group.label} # data_label`,
      `${group.strokes.length} # number_of_Line`,
    );
    group.strokes.forEach((stroke, k) => {
      lines.push(
        `#Line LIST NUMBER ${k} DEFINITION:`,
        `${k} # line_index`,
        `${stroke.viewLabel} # line_ViewLabel`,
        `${stroke.layer} # line_dLayer`,
        `${stroke.serial} # line_nSerial`,
        '#START_POINTS_POS',
        ...stroke.points.map((point) => point.join(' ')),
        '#END_POINTS_POS',
      );
    });
  });
  lines.push('#', '#END OF LINES DEFINITION', '');
  return lines.join('\n');
}

function parseGroup(lines: LineReader, index: number): SeedGroup {
  lines.literal(`#DATA LIST NUMBER ${index} DEFINITION:`);
  lines.numbered('data_list_index', index);
  const name = lines.value('data_name');
  const color = lines.integers('r_color g_color b_color', 3) as Vec3;
  const [label] = lines.integers('data_label', 1) as [number];
  const count = lines.count('number_of_Line');
  const strokes = Array.from({ length: count }, (_, k) => parseStroke(lines, k));
  return { name, color, label, strokes };
}

function parseStroke(lines: LineReader, index: number): SeedStroke {
  lines.literal(`#Line LIST NUMBER ${index} DEFINITION:`);
  lines.numbered('line_index', index);
  const [viewLabel] = lines.integers('line_ViewLabel', 1) as [number];
  const layer = lines.number('line_dLayer');
  const [serial] = lines.integers('line_nSerial', 1) as [number];
  lines.literal('#START_POINTS_POS');
  return { viewLabel, layer, serial, points: lines.points() };
}

/** Walks through the lines and knows the number of the current one. */
class LineReader {
  readonly #lines: string[];
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#lines = text.split(/\r?\n/);
    this.#file = file;
  }

  literal(expected: string): void {
    if (this.#next(expected) !== expected) throw this.#malformed(`"${expected}"`);
  }

  /** A number of things that follow: on a line of its own, or before " # key". */
  count(key?: string): number {
    const text = key === undefined ? this.#next('a count') : this.value(key);
    if (!/^\d{1,6}$/.test(text)) throw this.#malformed('a count from 0 to 999999');
    return Number(text);
  }

  /** The part before the last " # ", whose key must be `key`. */
  value(key: string): string {
    const line = this.#next(`a line "... # ${key}"`);
    const separator = line.lastIndexOf(' # ');
    if (separator < 0 || line.slice(separator + 3) !== key) throw this.#malformed(`a line "... # ${key}"`);
    return line.slice(0, separator);
  }

  number(key: string): number {
    const numbers = parseNumbers(this.value(key));
    if (numbers?.length !== 1) throw this.#malformed(`a number before " # ${key}"`);
    return numbers[0] as number;
  }

  integers(key: string, count: number): number[] {
    const numbers = parseNumbers(this.value(key));
    if (numbers?.length === count && numbers.every(Number.isInteger)) return numbers;
    throw this.#malformed(`${count === 1 ? 'a whole number' : `${count} whole numbers`} before " # ${key}"`);
  }

  numbered(key: string, index: number): void {
    if (this.value(key) !== String(index)) throw this.#malformed(`"${index} # ${key}"`);
  }

  points(): Vec3[] {
    const points: Vec3[] = [];
    for (;;) {
      const line = this.#next('"x y z" or "#END_POINTS_POS"');
      const numbers = parseNumbers(line);
      if (numbers?.length === 3) points.push(numbers as Vec3);
      else if (line.trim() === '' || line.startsWith('#')) return points;
      else throw this.#malformed('"x y z" or "#END_POINTS_POS"');
    }
  }

  /** Only empty lines and comments may follow: anything else would be strokes silently lost. */
  nothingMore(): void {
    while (this.#at < this.#lines.length) {
      const line = this.#next('');
      const stray = line.trim() !== '' && (!line.startsWith('#') || line.includes(' DEFINITION:'));
      if (stray) throw this.#malformed('no further strokes');
    }
  }

  #next(expected: string): string {
    const line = this.#lines[this.#at++];
    if (line === undefined) throw this.#malformed(expected);
    return line;
  }

  #malformed(expected: string): GeoscribeError {
    const line = this.#lines[this.#at - 1];
    return new GeoscribeError('InvalidScribbleError', 'Seed file is malformed', {
      file: this.#file,
      at: `line ${this.#at}`,
      expected,
      received: line === undefined ? 'the end of the file' : JSON.stringify(line.slice(0, 80)),
    });
  }
}

function parseNumbers(text: string): number[] | undefined {
  const words = text.trim().split(/\s+/);
  return words.every((word) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) ? words.map(Number) : undefined;
}
