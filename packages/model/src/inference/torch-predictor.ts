import type { Network, TorchLayout, TorchPrecision } from '@geoscribe/torch-native';
import type { Predictor } from './predictor.js';

/** Predictor on LibTorch: all of it in the network's own thread. */
export function torchPredictor(network: Network, form: { precision: TorchPrecision; layout?: TorchLayout | undefined }, signal?: AbortSignal): Predictor {
  const { precision, layout } = form;
  return {
    predictWindows: ({ image, shape, patch, starts, flips, importance, batch, temperature, onDone, ...task }) => {
      const ended = [task.signal, signal].filter((entry) => entry !== undefined);
      return network.predictWindows({
        image, shape, patch, starts, flips, importance, batch, temperature, precision,
        ...(layout !== undefined && { layout }),
        ...(onDone !== undefined && { onDone }),
        ...(ended.length > 0 && { signal: AbortSignal.any(ended) }),
      });
    },
  };
}
