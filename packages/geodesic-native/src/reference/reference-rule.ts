import type { ResolvedPseudoLabelProblem } from '../pseudo-label-problem.js';

export interface ReferenceVoxel {
  label: number;
  confidence: number;
  focus: boolean;
}

type Rule = Pick<ResolvedPseudoLabelProblem, 'mode' | 'beta' | 'focusThreshold'>;

/** Label and confidence of one voxel, before bands and seeds; p and G by class, G empty where nothing spreads. */
export function labelOf(rule: Rule, p: number[], g: number[], origin: number): ReferenceVoxel {
  switch (rule.mode) {
    case 'no-error':
      return { label: origin, confidence: 1, focus: false };
    case 'partial':
      return { label: origin, confidence: 0, focus: false };
    case 'seeds-only':
    case 'self-training':
      return { label: origin, confidence: 0.5 * p[origin]!, focus: false };
    case 'posterior':
      return posterior(rule, p, g, origin);
    case 'reference':
      return reference(rule, p, g, origin);
  }
}

function posterior(rule: Rule, p: number[], g: number[], origin: number): ReferenceVoxel {
  if (!(Math.max(...g) > rule.focusThreshold)) return { label: origin, confidence: 0.5 * p[origin]!, focus: false };
  const weights = p.map((value, c) => Math.max(value, 1e-4) * Math.exp(rule.beta * g[c]!));
  const label = weights.indexOf(Math.max(...weights));
  const rival = Math.max(0, ...g.filter((_, c) => c !== label));
  return { label, confidence: Math.max(g[label]!, 0.5 * p[label]! * (1 - rival)), focus: true };
}

function reference(rule: Rule, p: number[], g: number[], origin: number): ReferenceVoxel {
  const total = g.reduce((sum, value) => sum + value, 0);
  // p_c + G_c - sum_{j != c} G_j, without the total that all classes share.
  const ranks = p.map((value, c) => value + 2 * g[c]!);
  const label = ranks.indexOf(Math.max(...ranks));
  const greatest = Math.max(...g);
  if (greatest > rule.focusThreshold) return { label, confidence: greatest, focus: true };
  const score = Math.max(...ranks) - total;
  return { label: origin, confidence: Math.min(1, Math.max(0, 0.5 * score)), focus: false };
}
