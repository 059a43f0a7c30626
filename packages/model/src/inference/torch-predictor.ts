import type { Network, TorchPrecision } from '@geoscribe/torch-native';
import type { Predictor } from './predictor.js';

/** Predictor on LibTorch: all of it in the network's own thread. */
export function torchPredictor(network: Network, precision: TorchPrecision, signal?: AbortSignal): Predictor {
  return {
    predictWindows: ({ image, shape, patch, starts, flips, importance, batch, temperature, onDone, ...task }) => {
      const ended = [task.signal, signal].filter((entry) => entry !== undefined);
      return network.predictWindows({
        image, shape, patch, starts, flips, importance, batch, temperature, precision,
        ...(onDone !== undefined && { onDone }),
        ...(ended.length > 0 && { signal: AbortSignal.any(ended) }),
      });
    },
  };
}
