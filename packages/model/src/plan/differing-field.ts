import { canonicalJson } from '@geoscribe/core-io';
import type { Plan } from './plan.js';

export interface DifferingField {
  /** Path, e.g. `stages.2.features`. */
  field: string;
  expected: string;
  received: string;
}

/** The first field in which two plans differ, with both values: words as they are, else JSON; null for equal plans. */
export function differingField(expected: Plan, received: Plan): DifferingField | null {
  return differenceAt([], expected, received);
}

/** Goes down to what can be read at a glance: a number, a word or a list of them. */
function differenceAt(path: string[], expected: unknown, received: unknown): DifferingField | null {
  if (canonicalJson(expected) === canonicalJson(received)) return null;
  const difference = (one: string, other: string): DifferingField => ({ field: path.join('.'), expected: one, received: other });
  if (!isNested(expected) || !isNested(received)) return difference(inWords(expected), inWords(received));
  const [counts, others] = [Object.keys(expected).length, Object.keys(received).length];
  if (Array.isArray(expected) && counts !== others) return difference(`${counts} entries`, `${others} entries`);
  for (const [key, value] of Object.entries(expected)) {
    const found = differenceAt([...path, key], value, received[key]);
    if (found !== null) return found;
  }
  return difference(inWords(expected), inWords(received));
}

/** An object, or a list of objects. */
function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && (!Array.isArray(value) || typeof value[0] === 'object');
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
