import type { GateRule } from '../distance-problem.js';

/** Least and greatest smoothed intensity a step may enter, from the channel before smoothing. */
export function referenceGate(rule: GateRule, channel: Float32Array): [low: number, high: number] {
  const sorted = channel.filter((value) => Number.isFinite(value)).sort();
  if (rule === 'none' || sorted.length === 0) return [-Infinity, Infinity];
  const tail = rule === 'robust' ? 0.005 : 0;
  const bottom = quantile(sorted, tail);
  const top = quantile(sorted, 1 - tail);
  return [bottom + 0.05 * (top - bottom), top - 0.05 * (top - bottom)];
}

/** Linear interpolation at rank q * (n - 1), as numpy's default. */
function quantile(sorted: Float32Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}
