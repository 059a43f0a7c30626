import type { Network, TorchPrecision } from '@geoscribe/torch-native';
import type { Predictor } from './predictor.js';

/** Predictor on LibTorch. */
export function torchPredictor(network: Network, precision: TorchPrecision, signal?: AbortSignal): Predictor {
  return {
    predict: (input, batch, shape) =>
      network.predict({ input, batch, shape, precision, ...(signal !== undefined && { signal }) }),
  };
}
