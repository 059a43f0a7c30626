import type { TensorShape } from '../morphology/tensor-shape.js';

/** Anything that turns patches into class scores: LibTorch, onnxruntime, a fake. */
export interface Predictor {
  /**
   * @param input float32 `[N, C, Z, Y, X]`
   * @param batch N
   * @param shape `[Z, Y, X]`
   * @returns logits, float32 `[N, classes, Z, Y, X]`
   */
  predict(input: Float32Array, batch: number, shape: TensorShape): Promise<Float32Array>;
}
