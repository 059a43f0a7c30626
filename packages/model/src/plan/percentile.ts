/**
 * Percentile of sorted values, linear between order statistics (numpy's default).
 *
 * @param sorted ascending, at least one.
 * @param percent in [0, 100].
 */
export function percentileOfSorted(sorted: ArrayLike<number>, percent: number): number {
  const position = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  const low = sorted[below]!;
  return low + (sorted[above]! - low) * (position - below);
}

/** Percentile of unsorted values; the array is not changed. */
export function percentile(values: readonly number[], percent: number): number {
  return percentileOfSorted(Float64Array.from(values).sort(), percent);
}
