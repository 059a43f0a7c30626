export { availableDevices, setThreads } from './devices.js';
export { lossAndGradient } from './lossAndGradient.js';
export { mapFile } from './mapFile.js';
export { measurePrecision } from './measurePrecision.js';
export { Network } from './Network.js';
export { networkTensors } from './networkTensors.js';
export { decodeSafetensors, encodeSafetensors } from './safetensors.js';
export { samplePatch } from './samplePatch.js';
export { Trainer } from './Trainer.js';
export type { TrainerOptions } from './Trainer.js';
export { transposedConvolutionWeight } from './transposedConvolutionWeight.js';
export type {
  AugmentationSpec, CrossEntropyNorm, DiceSums, NamedTensor, NetworkSpec, NetworkStage, PatchRequest, StepRequest, StepResult, TorchDevice,
  TorchPrecision, TrainingCase, TrainingPatch,
} from './types.js';
