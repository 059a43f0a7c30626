import { expect, test } from 'vitest';
import { differingField } from '../../src/plan/differing-field.js';
import type { Plan } from '../../src/plan/plan.js';
import { examplePlan } from '../fixtures/example-plan.js';

const plan = examplePlan({ patch: [8, 8, 8], stages: [{ features: 4 }, { features: 6 }, { features: 8 }] });
const stagesWith = (change: Partial<Plan['stages'][number]>): Plan['stages'] => plan.stages.map((stage, k) => (k === 0 ? stage : { ...stage, ...change }));

test('equal plans do not differ', () => {
  expect(differingField(plan, structuredClone(plan))).toBeNull();
});

test.each<[string, Partial<Plan>, string, string, string]>([
  ['the first of the stages', { stages: stagesWith({ features: 7 }) }, 'stages.1.features', '6', '7'],
  ['a list of a stage', { stages: stagesWith({ kernel: [1, 3, 3] }) }, 'stages.1.kernel', '[3,3,3]', '[1,3,3]'],
  ['the number of stages', { stages: plan.stages.slice(0, 2) }, 'stages', '3 entries', '2 entries'],
  ['a short list', { patch: [8, 8, 16] }, 'patch', '[8,8,8]', '[8,8,16]'],
  ['a word', { budget: 'gpu-8gb' }, 'budget', 'cpu-small', 'gpu-8gb'],
  ['a nested value', { training: { ...plan.training, momentum: 0.99 } }, 'training.momentum', '0.9', '0.99'],
  ['null and a number', { inPlaneAxis: 0 }, 'inPlaneAxis', 'null', '0'],
])('names %s alone', (_, change, field, expected, received) => {
  expect(differingField(plan, { ...plan, ...change })).toEqual({ field, expected, received });
});
