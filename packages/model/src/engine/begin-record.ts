import type { CampaignSettings } from '@geoscribe/campaign';
import { describeForms } from '../inference/describe-forms.js';
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

/**
 * What the record of every training says before its first epoch; the precision is chosen here where it is `auto`, and told as
 * progress with its timings.
 */
export async function beginRecord(
  settings: ComputeSettings,
  { epochs, stepsPerEpoch, usualRate, learningRate = usualRate }: Schedule,
  plan: Plan,
  context: EngineContext,
) {
  const { seed, device, threads } = settings;
  const { precision, layout, timings } = await choosePrecision(settings, plan, context);
  if (timings !== undefined) context.progress({ step: `precision: ${describeForms(timings)}`, done: 1, total: 1 });
  return { seed, device, precision, layout, threads, epochs, stepsPerEpoch, learningRate, history: [] };
}
