import { describeForms, networkSpec } from '@geoscribe/model';
import { measureForms } from '@geoscribe/torch-native';

/**
 * @param {'auto' | 'float32' | 'bfloat16'} wanted `auto`: what the engine would choose, by timing
 * @returns {Promise<{form: import('@geoscribe/torch-native').TorchForm, note?: string}>}
 */
export async function formOf(wanted, plan, threads) {
  if (wanted !== 'auto') return { form: { precision: wanted, layout: 'channels-last' } };
  const timings = await measureForms({ spec: networkSpec(plan), patch: plan.patch, batch: plan.batch, threads });
  const [{ precision, layout }] = timings;
  return { form: { precision, layout }, note: `chosen by timing a training step: ${describeForms(timings)}` };
}
