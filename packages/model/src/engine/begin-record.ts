import type { CampaignSettings } from '@geoscribe/campaign';
import type { Plan } from '../plan/plan.js';
import { choosePrecision } from './choose-precision.js';
import type { EngineContext } from './engine-context.js';

/** How a training computes. */
export type ComputeSettings = Pick<CampaignSettings, 'seed' | 'device' | 'precision' | 'threads'>;

/** Length and learning rate of a training; `usualRate`, the plan's, where no other was asked for. */
export interface Schedule {
  epochs: number;
  stepsPerEpoch: number;
  learningRate?: number | undefined;
  usualRate: number;
}

/** What the record of every training says before its first epoch; the precision is chosen here where it is `auto`. */
export async function beginRecord(
  settings: ComputeSettings,
  { epochs, stepsPerEpoch, usualRate, learningRate = usualRate }: Schedule,
  plan: Plan,
  context: EngineContext,
) {
  const { seed, device, threads } = settings;
  const { precision, layout } = await choosePrecision(settings, plan, context);
  return { seed, device, precision, layout, threads, epochs, stepsPerEpoch, learningRate, history: [] };
}
