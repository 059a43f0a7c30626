import { GeoscribeError } from '@geoscribe/campaign';
import { normalTail } from './normal-tail.js';

export interface WilcoxonResult {
  /** The smaller of the rank sums of positive and of negative differences. */
  statistic: number;
  /** Two-sided, in (0, 1]. */
  pValue: number;
  /** Pairs that differ. */
  pairs: number;
  method: 'exact' | 'normal';
}

/** Up to so many pairs without ties, and with ties, the distribution is computed exactly (scipy's limits). */
const EXACT = { withoutTies: 50, withTies: 13 };

/**
 * Wilcoxon's signed-rank test of paired values, two-sided: may the differences be symmetric about 0?
 *
 * `W = min(sum of ranks of |d| over d > 0, the same over d < 0)`, with d = first - second, pairs with d = 0 left out and
 * equal |d| sharing their mean rank. Exact: the share of the 2^n choices of signs that give a W as small or smaller.
 * Normal: `z = (W - n (n + 1) / 4) / sqrt(n (n + 1) (2 n + 1) / 24 - sum (t^3 - t) / 48)`, t the sizes of groups of ties,
 * without continuity correction.
 *
 * @param first, second values of two models on the same cases, in the same order, finite.
 * @returns exact up to 50 pairs that differ, up to 13 where some |d| are equal or some are 0, else the normal
 *   approximation; `pValue` 1 where no pair differs.
 * @throws GeoscribeError `InvalidArgumentError` for lists of different lengths and values that are not finite.
 *
 * Cost: O(n^3) at most. Source: Wilcoxon, "Individual comparisons by ranking methods", 1945; the same as
 * `scipy.stats.wilcoxon` with `zero_method="wilcox"`.
 */
export function wilcoxonSignedRank(first: readonly number[], second: readonly number[]): WilcoxonResult {
  check(first, second);
  const differences = first.map((value, k) => value - second[k]!).filter((d) => d !== 0);
  const n = differences.length;
  if (n === 0) return { statistic: 0, pValue: 1, pairs: 0, method: 'exact' };
  const { doubled, tieTerm } = doubledRanks(differences.map(Math.abs));
  const positive = differences.reduce((sum, d, k) => (d > 0 ? sum + doubled[k]! : sum), 0);
  const doubledStatistic = Math.min(positive, n * (n + 1) - positive);
  const regular = tieTerm === 0 && n === first.length;
  const statistic = doubledStatistic / 2;
  if (n <= (regular ? EXACT.withoutTies : EXACT.withTies)) {
    return { statistic, pValue: Math.min(1, 2 * shareUpTo(doubled, doubledStatistic)), pairs: n, method: 'exact' };
  }
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const z = (statistic - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { statistic, pValue: Math.min(1, 2 * normalTail(-z)), pairs: n, method: 'normal' };
}

function check(first: readonly number[], second: readonly number[]): void {
  const fail = (expected: string, received: string): never => {
    throw new GeoscribeError('InvalidArgumentError', 'Values cannot be paired', { field: 'second', expected, received });
  };
  if (first.length !== second.length) fail(`${first.length} values, as the first list has`, String(second.length));
  const wrong = [...first, ...second].find((value) => !Number.isFinite(value));
  if (wrong !== undefined) fail('finite values', String(wrong));
}

/** Twice the rank of each magnitude, whole also where ties share a mean rank; `tieTerm` is the sum of t^3 - t. */
function doubledRanks(magnitudes: number[]): { doubled: number[]; tieTerm: number } {
  const order = [...magnitudes.keys()].sort((a, b) => magnitudes[a]! - magnitudes[b]!);
  const doubled = new Array<number>(magnitudes.length).fill(0);
  let tieTerm = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && magnitudes[order[to]!] === magnitudes[order[from]!]) to++;
    for (const k of order.slice(from, to)) doubled[k] = from + 1 + to;
    tieTerm += (to - from) ** 3 - (to - from);
    from = to;
  }
  return { doubled, tieTerm };
}

/** Share of the subsets of the ranks whose sum is `limit` or less. */
function shareUpTo(ranks: number[], limit: number): number {
  const shares = new Float64Array(limit + 1);
  shares[0] = 1;
  for (const rank of ranks) {
    for (let sum = limit; sum >= 0; sum--) shares[sum] = (shares[sum]! + (sum >= rank ? shares[sum - rank]! : 0)) / 2;
  }
  return shares.reduce((total, share) => total + share, 0);
}
