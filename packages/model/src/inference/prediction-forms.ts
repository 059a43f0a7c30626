import type { Device, Precision } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { measureForms, type FormTiming, type TorchForm } from '@geoscribe/torch-native';
import { networkSpec } from '../plan/network-spec.js';
import type { Plan } from '../plan/plan.js';

/**
 * How LibTorch predicts with a plan's network: in the precision asked for, or with `auto` in the form that predicts a patch
 * fastest on this machine, measured once for each network and patch.
 *
 * @param options.onMeasured gets the timings of each measurement, the fastest first.
 * @returns a function of the plan; its errors are those of `measureForms`.
 */
export function predictionForms(options: {
  threads: number;
  device: Device;
  precision: Precision;
  signal: AbortSignal;
  onMeasured: (timings: FormTiming[]) => void;
}): (plan: Plan) => Promise<TorchForm> {
  const { threads, device, precision, signal, onMeasured } = options;
  const known = new Map<string, TorchForm>();
  return async (plan) => {
    if (precision !== 'auto') return { precision, layout: 'channels-last' };
    const network = { spec: networkSpec(plan), patch: plan.patch };
    const key = canonicalJson(network);
    const chosen = known.get(key);
    if (chosen !== undefined) return chosen;
    const timings = await measureForms({ ...network, work: 'prediction', batch: 1, device, threads, signal });
    onMeasured(timings);
    const [{ precision: fastest, layout }] = timings as [FormTiming];
    known.set(key, { precision: fastest, layout });
    return { precision: fastest, layout };
  };
}
