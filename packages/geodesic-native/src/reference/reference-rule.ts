import { exp32 } from '../exp32.js';
import { positiveFloat } from '../influence.js';
import type { ResolvedPseudoLabelProblem } from '../pseudo-label-problem.js';

export interface ReferenceVoxel {
  label: number;
  confidence: number;
  focus: boolean;
}

type Rule = Pick<ResolvedPseudoLabelProblem, 'mode' | 'beta' | 'focusThreshold'>;

const round = Math.fround;

/**
 * Label and confidence of one voxel, before bands and seeds; p and G by class, G empty where nothing spreads.
 *
 * All numbers are float32, every operation is rounded, in the order of `native/core/label_tile.hpp`.
 */
export function labelOf(rule: Rule, p: number[], g: number[], origin: number): ReferenceVoxel {
  switch (rule.mode) {
    case 'no-error':
      return { label: origin, confidence: 1, focus: false };
    case 'partial':
      return { label: origin, confidence: 0, focus: false };
    case 'seeds-only':
    case 'self-training':
      return { label: origin, confidence: round(0.5 * p[origin]!), focus: false };
    case 'posterior':
      return posterior(rule, p, g, origin);
    case 'reference':
      return reference(rule, p, g, origin);
  }
}

function posterior(rule: Rule, p: number[], g: number[], origin: number): ReferenceVoxel {
  const greatest = Math.max(...g);
  if (!(greatest > round(rule.focusThreshold))) return { label: origin, confidence: round(0.5 * p[origin]!), focus: false };
  const pushes = g.map((value, c) => round(positiveFloat(rule.beta[c]!) * value));
  const strongest = Math.max(...pushes);
  const weights = p.map((value, c) => round(Math.max(value, round(1e-4)) * exp32(round(pushes[c]! - strongest))));
  const label = weights.indexOf(Math.max(...weights));
  const rival = Math.max(0, ...g.filter((_, c) => c !== label));
  const network = round(round(0.5 * p[label]!) * round(1 - rival));
  return { label, confidence: Math.max(g[label]!, network), focus: true };
}

function reference(rule: Rule, p: number[], g: number[], origin: number): ReferenceVoxel {
  // p_c + G_c - sum_{j != c} G_j, without the total that all classes share.
  const scores = p.map((value, c) => round(value + 2 * g[c]!));
  const best = Math.max(...scores);
  const greatest = Math.max(...g);
  if (greatest > round(rule.focusThreshold)) return { label: scores.indexOf(best), confidence: greatest, focus: true };
  const total = g.reduce((sum, value) => round(sum + value), 0);
  const half = round(0.5 * round(best - total));
  return { label: origin, confidence: Math.min(1, Math.max(0, half)), focus: false };
}
