/** Largest share of a name's letters that may differ for it to count as a slip of the pen. */
const largestSlip = 0.4;

/**
 * The candidates that a misspelt name may have meant, nearest first.
 *
 * Distance is the Levenshtein distance of the lower-cased names; a candidate counts up to 0.4 times the longer name's
 * length, or when one name begins with the other.
 *
 * @param limit at most this many.
 */
export function nearestNames(name: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => {
      const slip = distance <= largestSlip * Math.max(name.length, candidate.length);
      return slip || isBeginning(wanted, candidate.toLowerCase());
    })
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate, 'en', { numeric: true }))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Levenshtein distance: the least number of inserted, deleted or replaced characters that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

function isBeginning(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 3 && long.startsWith(short);
}
