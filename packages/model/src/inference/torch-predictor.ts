import type { Network, TorchLayout, TorchPrecision } from '@geoscribe/torch-native';
import type { Predictor } from './predictor.js';

/** Predictor on LibTorch. */
export function torchPredictor(network: Network, form: { precision: TorchPrecision; layout?: TorchLayout | undefined }, signal?: AbortSignal): Predictor {
  const { precision, layout } = form;
  const computed = { precision, ...(layout !== undefined && { layout }) };
  return {
    predict: (input, batch, shape) =>
      network.predict({ input, batch, shape, ...computed, ...(signal !== undefined && { signal }) }),
  };
}
