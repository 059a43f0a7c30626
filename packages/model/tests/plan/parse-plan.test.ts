import { expect, test } from 'vitest';
import { parsePlan } from '../../src/plan/parse-plan.js';
import { requireTrainable } from '../../src/plan/require-trainable.js';
import { examplePlan } from '../fixtures/example-plan.js';

const plan = examplePlan({ patch: [16, 16, 16], stages: [{ features: 4 }, { features: 8 }] });
const { dataset } = plan;
const parse = (value: unknown) => () => parsePlan(JSON.stringify(value), { file: 'plan.json', dataset });

test('a plan that was written is read as it was', () => {
  expect(parse(plan)()).toEqual(plan);
});

test.each([
  ['of other labels', { ...plan, dataset: { ...dataset, labels: ['background', 'liver'] } }, /plan\.json, dataset\.labels.*organ but received background, liver/s],
  ['of other channels', { ...plan, dataset: { ...dataset, channels: ['CT'] } }, /dataset\.channels/],
  ['of another version', { ...plan, version: 2 }, /plan\.json, version/],
  ['without a field', { ...plan, patch: undefined }, /plan\.json, patch/],
  ['with an unknown field', { ...plan, magic: 1 }, /magic/],
  ["that is nnU-Net's file", { configurations: {} }, /nnU-Net's own.*geoscribe plan DATA --import plan\.json/s],
  ['whose strides do not divide the patch', { ...plan, patch: [16, 15, 16] }, /patch.*multiples of \[2,2,2\].*\[16,15,16\]/s],
  ['with a kernel that we do not build', { ...plan, stages: [plan.stages[0], { ...plan.stages[1], kernel: [3, 5, 3] }] }, /stages\.1\.kernel/],
  ['with a stride at its finest stage', { ...plan, stages: [{ ...plan.stages[0], stride: [2, 1, 1] }, plan.stages[1]] }, /stages\.0\.stride/],
  ['whose axis orders do not undo each other', { ...plan, transposeForward: [1, 0, 2] }, /transposeBackward/],
  ['without a normalization for each channel', { ...plan, normalization: [...plan.normalization, ...plan.normalization] }, /normalization.*1 entries.*2/s],
])('a plan %s is refused, naming the field', (_, value, message) => {
  expect(parse(value)).toThrow(message);
});

test('a plan of one stage says that the volumes are too small', () => {
  const flat = examplePlan({ patch: [4, 6, 6], stages: [{ features: 4 }] });
  expect(() => requireTrainable(flat)).toThrow(/at least 2 stages.*received 1 for a patch of 4 x 6 x 6\. Pad or resample/s);
});

test('text that is no JSON is refused', () => {
  expect(() => parsePlan('{', { file: 'plan.json', dataset })).toThrow(/Plan is malformed \(plan\.json\)/);
});
