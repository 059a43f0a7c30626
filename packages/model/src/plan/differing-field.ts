import { canonicalJson } from '@geoscribe/core-io';
import type { Plan } from './plan.js';

/** The first field in which two plans differ, with both values as JSON; null for equal plans. */
export function differingField(expected: Plan, received: Plan): { field: keyof Plan; expected: string; received: string } | null {
  for (const field of Object.keys(expected) as (keyof Plan)[]) {
    const [one, other] = [canonicalJson(expected[field]), canonicalJson(received[field])];
    if (one !== other) return { field, expected: one, received: other };
  }
  return null;
}
