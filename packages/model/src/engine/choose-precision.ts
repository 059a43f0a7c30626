import { cpus } from 'node:os';
import type { CampaignSettings } from '@geoscribe/campaign';
import { contentKey } from '@geoscribe/core-io/node';
import { measurePrecision, type TorchPrecision } from '@geoscribe/torch-native';
import { networkSpec } from '../plan/network-spec.js';
import type { Plan } from '../plan/plan.js';
import type { EngineContext } from './engine-context.js';

/**
 * Precision to compute in: the one asked for, or with `auto` the faster of the two for this network on this machine,
 * measured once and remembered beside the store.
 *
 * bfloat16 is 4 times faster than float32 on some processors and 30 times slower on others.
 */
export async function choosePrecision(
  settings: Pick<CampaignSettings, 'precision' | 'device' | 'threads'>,
  plan: Plan,
  { pointers, progress, signal }: Pick<EngineContext, 'pointers' | 'progress' | 'signal'>,
): Promise<TorchPrecision> {
  if (settings.precision !== 'auto') return settings.precision;
  const { device, threads } = settings;
  const spec = networkSpec(plan);
  const { patch, batch } = plan;
  const key = contentKey({ spec, patch, batch, device, threads, processor: cpus()[0]?.model ?? '', arch: process.arch });
  const known = await pointers.read('precision', key);
  if (known !== null) return known.chosen;
  progress({ step: 'measure precision', done: 0, total: 1 });
  const measured = await measurePrecision({ spec, patch, batch, device, threads });
  signal.throwIfAborted();
  await pointers.write('precision', key, measured);
  progress({ step: 'measure precision', done: 1, total: 1 });
  return measured.chosen;
}
