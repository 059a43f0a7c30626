import type { VolumeWindows } from '@geoscribe/torch-native';

/** A volume to predict by windows. */
export interface WindowTask extends VolumeWindows {
  channels: number;
  /** C, background included. */
  classes: number;
  /** Called as copies of windows are done. */
  onDone?: (copies: number) => void;
  signal?: AbortSignal;
}

/** Anything that turns volumes into class probabilities by windows: LibTorch, onnxruntime, a fake. */
export interface Predictor {
  /**
   * The mean of the softmax over all copies of windows, weighted by their importance; see torch-native's
   * `Network.predictWindows`. The image must not change meanwhile.
   *
   * @returns float32 `[classes, Z, Y, X]`
   */
  predictWindows(task: WindowTask): Promise<Float32Array>;
}

/** Logits of a batch of patches. */
export type PredictPatches = (
  /** float32 `[N, C, Z, Y, X]`. */
  input: Float32Array,
  /** N. */
  batch: number,
  /** `[Z, Y, X]`. */
  shape: [number, number, number],
) => Promise<Float32Array>;
