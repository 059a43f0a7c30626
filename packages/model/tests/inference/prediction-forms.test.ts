import type { FormTiming } from '@geoscribe/torch-native';
import { expect, test } from 'vitest';
import { predictionForms } from '../../src/inference/prediction-forms.js';
import { examplePlan } from '../fixtures/example-plan.js';

const plan = examplePlan({ patch: [8, 8, 8], labels: ['background', 'a'], stages: [{ features: 4 }, { features: 6 }] });

function forms(precision: 'auto' | 'bfloat16', signal = new AbortController().signal) {
  const measured: FormTiming[][] = [];
  return { measured, of: predictionForms({ threads: 1, device: 'cpu', precision, signal, onMeasured: (timings) => measured.push(timings) }) };
}

test('auto is the fastest form, measured once for a network and patch whatever else its plan says', async () => {
  const { measured, of } = forms('auto');
  const chosen = await of(plan);
  const [{ precision, layout }] = measured[0] as [FormTiming];
  expect(chosen).toEqual({ precision, layout });
  expect(await of({ ...plan, targetSpacing: [3, 2, 1] })).toEqual(chosen);
  expect(measured.length).toBe(1);
  await of({ ...plan, patch: [8, 8, 16] });
  expect(measured.length).toBe(2);
});

test('a precision that is asked for is not measured', async () => {
  const { measured, of } = forms('bfloat16');
  expect((await of(plan)).precision).toBe('bfloat16');
  expect(measured).toEqual([]);
});

test('the signal ends the measuring with its reason', async () => {
  await expect(forms('auto', AbortSignal.abort(new Error('enough'))).of(plan)).rejects.toThrow('enough');
});
