export { availableDevices, deviceMemory, setThreads } from './devices.js';
export { lossAndGradient } from './loss-and-gradient.js';
export { mapFile } from './map-file.js';
export { measureForms } from './measure-forms.js';
export type { FormTiming } from './measure-forms.js';
export { Network } from './network.js';
export { networkTensors } from './network-tensors.js';
export { decodeSafetensors, encodeSafetensors } from './safetensors.js';
export { samplePatch } from './sample-patch.js';
export { Trainer } from './trainer.js';
export type { TrainerOptions } from './trainer.js';
export { transposedConvolutionWeight } from './transposed-convolution-weight.js';
export type {
  AugmentationSpec, CrossEntropyNorm, DiceSums, NamedTensor, NetworkSpec, NetworkStage, PatchRequest, Prefetch, StepRequest, StepResult, TorchDevice,
  TorchForm, TorchLayout, TorchPrecision, TrainingCase, TrainingPatch, VolumeWindows,
} from './types.js';
