import type { TorchPrecision } from '@geoscribe/torch-native';
import type { Plan } from '../plan/plan.js';
import type { Calibration } from './calibration.js';
import type { Predictor } from './predictor.js';

/** A trained network, ready to predict. */
export interface Model {
  /** Name of its file. */
  file: string;
  plan: Plan;
  /** Where it comes from, as the file says. */
  training: unknown;
  /** Of its probabilities; null where there was no validation case to fit it on. */
  calibration: Calibration | null;
  runtime: 'libtorch' | 'onnxruntime';
  precision: TorchPrecision;
  predictor: Predictor;
  /** Frees its thread and memory. */
  close(): Promise<void>;
}
