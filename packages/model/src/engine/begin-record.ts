import type { CampaignSettings } from '@geoscribe/campaign';
import type { Plan } from '../plan/plan.js';
import type { TrainingRecord } from '../training/training-record.js';
import { choosePrecision } from './choose-precision.js';
import type { EngineContext } from './engine-context.js';

/** How a training computes. */
export type ComputeSettings = Pick<CampaignSettings, 'seed' | 'device' | 'precision' | 'threads'>;

/** What the record of every training says before its first epoch; the precision is chosen here where it is `auto`. */
export async function beginRecord(
  settings: ComputeSettings,
  { epochs, stepsPerEpoch, learningRate }: Pick<TrainingRecord, 'epochs' | 'stepsPerEpoch' | 'learningRate'>,
  plan: Plan,
  context: EngineContext,
) {
  const { seed, device, threads } = settings;
  const { precision, layout } = await choosePrecision(settings, plan, context);
  return { seed, device, precision, layout, threads, epochs, stepsPerEpoch, learningRate, history: [] };
}
