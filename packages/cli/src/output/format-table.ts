/** A cell; null prints as a dash. */
export type Cell = string | number | null;

/**
 * Rows as plain text in aligned columns, numbers to the right; every line ends with a line feed.
 *
 * @param header one title for each column.
 */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [header, ...rows.map((row) => header.map((_, k) => inWords(row[k] ?? null)))];
  const widths = header.map((_, k) => Math.max(...texts.map((row) => row[k]?.length ?? 0)));
  const toRight = header.map((_, k) => rows.length > 0 && rows.every((row) => typeof row[k] !== 'string'));
  const align = (text: string, k: number): string =>
    toRight[k] === true ? text.padStart(widths[k] ?? 0) : text.padEnd(widths[k] ?? 0);
  return texts.map((row) => `${row.map(align).join('  ').trimEnd()}\n`).join('');
}

function inWords(cell: Cell): string {
  return cell === null ? '-' : String(cell);
}
