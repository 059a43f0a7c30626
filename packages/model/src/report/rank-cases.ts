export interface RankedCase {
  caseId: string;
  /** Why it is shown: `best`, `median`, `worst`, or `the only case`. */
  rank: string;
  value: number;
}

/** Best, median and worst of the cases by a value, higher is better; ties by id. Fewer where there are fewer cases. */
export function rankCases(values: ReadonlyMap<string, number>): RankedCase[] {
  const sorted = [...values].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const last = sorted.length - 1;
  const picks: [number, string][] =
    last === 0 ? [[0, 'the only case']] : last === 1 ? [[0, 'best'], [1, 'worst']] : [[0, 'best'], [Math.floor(last / 2), 'median'], [last, 'worst']];
  return picks.flatMap(([index, rank]) => {
    const entry = sorted[index];
    return entry === undefined ? [] : [{ caseId: entry[0], rank, value: entry[1] }];
  });
}
