import { readOnnxMetadata } from '../onnx/read-onnx-metadata.js';
import { decodeCheckpoint, encodeCheckpoint } from '../training/checkpoint.js';

/**
 * A checkpoint that carries the calibration of the ONNX model which was exported from it, so that it predicts the same.
 *
 * @returns the checkpoint's own bytes where the model has no calibration
 * Errors: `InvalidCheckpointError`, `InvalidModelError`.
 */
export function calibratedCheckpoint(checkpoint: Uint8Array, model: Uint8Array): Uint8Array {
  const { calibration } = readOnnxMetadata(model, { file: 'model.onnx' });
  return calibration === null ? checkpoint : encodeCheckpoint({ ...decodeCheckpoint(checkpoint, { file: 'network.safetensors' }), calibration });
}
