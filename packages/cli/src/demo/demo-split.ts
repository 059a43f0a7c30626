import { counterRandom } from '@geoscribe/model';

export interface DemoSplit {
  full: string[];
  scribbled: string[];
  test: string[];
}

/** Sizes of the demo's groups; test cases are what is left, up to the maximum. */
export const demoSizes = { full: 5, scribbled: 25, test: 70 };

/**
 * Draws the demo's cases: ids sorted, shuffled by the seed (Fisher-Yates), then 5 fully labelled, 25 scribbled and at
 * most 70 for test. Fewer cases than that shrink the scribbled group first, to at least as many as the full ones.
 */
export function demoSplit(ids: readonly string[], seed: number): DemoSplit {
  const shuffled = [...ids].sort();
  const random = counterRandom(seed, 0, 0);
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  const full = Math.min(demoSizes.full, Math.max(1, Math.floor(ids.length / 6)));
  const scribbled = Math.min(demoSizes.scribbled, Math.max(1, Math.floor((ids.length - full) / 2)));
  const group = (from: number, count: number): string[] => shuffled.slice(from, from + count).sort();
  return {
    full: group(0, full),
    scribbled: group(full, scribbled),
    test: group(full + scribbled, demoSizes.test),
  };
}
