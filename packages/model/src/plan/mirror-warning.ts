import { budgets } from './budget.js';
import type { Plan } from './plan.js';
import { sidedLabels } from './sided-labels.js';

const axisNames = ['z', 'y', 'x'];
const shownLabels = 3;

/**
 * What a person should know about mirroring where labels name sides of the body: which axes the plan leaves out for it, or
 * that it mirrors all of them.
 *
 * @returns a sentence or two; null where no label names a side, or where the plan's budget mirrors nothing
 */
export function mirrorWarning({ dataset, budget, mirrorAxes, transposeForward }: Pick<Plan, 'dataset' | 'budget' | 'mirrorAxes' | 'transposeForward'>): string | null {
  const sided = sidedLabels(dataset.labels);
  const usual = budgets[budget].mirrorAxes;
  if (sided.length === 0 || !(usual.some(Boolean) || mirrorAxes.some(Boolean))) return null;
  const more = sided.length > shownLabels ? ` and ${sided.length - shownLabels} more` : '';
  const named = `Labels name sides of the body (${sided.slice(0, shownLabels).join(', ')}${more})`;
  const left = axisNames.filter((_, axis) => usual[transposeForward.indexOf(axis as 0 | 1 | 2)] && !mirrorAxes[transposeForward.indexOf(axis as 0 | 1 | 2)]);
  if (left.length === 0) return `${named}, and the plan mirrors every axis that ${budget} mirrors: switch the axis between left and right off in its mirrorAxes.`;
  if (left.length === 3) return `${named}, so no axis is mirrored: it is not known which one runs between left and right.`;
  return `${named}, so images are not mirrored along ${left.join(' and ')}, between left and right.`;
}
