/**
 * Cells in aligned columns, the first to the left and the others to the right, a rule below the header.
 *
 * @param cells rows of equal length; the first is the header.
 */
export function textTable(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ').trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(cells[0] ?? []), rule, ...cells.slice(1).map(line)];
}

/** Without control characters, so that a name cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
