import { networkSpec } from '@geoscribe/model';
import { measurePrecision } from '@geoscribe/torch-native';

/**
 * @param {'auto' | 'float32' | 'bfloat16'} wanted `auto`: what the engine would choose, by timing
 * @returns {Promise<{precision: 'float32' | 'bfloat16', note?: string}>}
 */
export async function precisionOf(wanted, plan, threads) {
  if (wanted !== 'auto') return { precision: wanted };
  const { float32, bfloat16, chosen } = await measurePrecision({ spec: networkSpec(plan), patch: plan.patch, batch: plan.batch, threads });
  return { precision: chosen, note: `chosen by timing a training step: float32 ${float32.toFixed(3)} s, bfloat16 ${bfloat16.toFixed(3)} s` };
}
