export { availableDevices, setThreads } from './devices.js';
export { lossAndGradient } from './loss-and-gradient.js';
export { mapFile } from './map-file.js';
export { measurePrecision } from './measure-precision.js';
export { Network } from './network.js';
export { networkTensors } from './network-tensors.js';
export { decodeSafetensors, encodeSafetensors } from './safetensors.js';
export { samplePatch } from './sample-patch.js';
export { Trainer } from './trainer.js';
export type { TrainerOptions } from './trainer.js';
export { transposedConvolutionWeight } from './transposed-convolution-weight.js';
export type {
  AugmentationSpec, CrossEntropyNorm, DiceSums, NamedTensor, NetworkSpec, NetworkStage, PatchRequest, Prefetch, StepRequest, StepResult, TorchDevice,
  TorchPrecision, TrainingCase, TrainingPatch, VolumeWindows,
} from './types.js';
