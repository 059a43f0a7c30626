/** One resolution stage of the U-Net, finest first. Axes in tensor order `[z, y, x]`. */
export interface NetworkStage {
  features: number;
  /** Kernel of every convolution of the stage, 1 or 3 per axis. */
  kernel: [number, number, number];
  /** Stride of the stage's first convolution (`[1, 1, 1]` for stage 0); also the kernel of the transposed convolution that leaves it. */
  stride: [number, number, number];
  /** Blocks in the encoder stage and, except for the deepest, in the decoder stage. */
  encoderBlocks: number;
  decoderBlocks: number;
}

/** The plain convolutional U-Net of method section 5. */
export interface NetworkSpec {
  inputChannels: number;
  /** C, background included. */
  classes: number;
  stages: NetworkStage[];
}

export type TorchDevice = 'cpu' | 'cuda';
export type TorchPrecision = 'float32' | 'bfloat16';
/**
 * How activations lie in memory: `channels-last` has operators of its own that join several steps and is for the CPU (on
 * CUDA it is the same as `contiguous`). The results are equal but for rounding.
 */
export type TorchLayout = 'contiguous' | 'channels-last';

/** What of a network is timed: a training step, or the prediction of its finest head. */
export type TimedWork = 'training' | 'prediction';

/** A way to compute a network; which one is fastest depends on the machine and the network. */
export interface TorchForm {
  precision: TorchPrecision;
  layout: TorchLayout;
}

/** Switches of the augmentation of method section 5; probabilities and ranges are the method's. */
export interface AugmentationSpec {
  /** Rotation, scaling, intensity; false crops only. */
  enabled: boolean;
  /** Patch is anisotropic (> 3): rotate in plane only, +-180 degrees. The axis left alone, in tensor order. */
  inPlaneAxis: 0 | 1 | 2 | null;
  /** Mirroring per axis `[z, y, x]`. */
  mirror: [boolean, boolean, boolean];
  /** Channels, one switch each, that are set to 0 outside a case's mask after all changes, as they were before; default none. */
  maskedChannels?: boolean[];
}

/** A case held for training. Arrays may be memory-mapped; they are read, never written. */
export interface TrainingCase {
  /** `[C, Z, Y, X]` float32, preprocessed. */
  image: Float32Array;
  channels: number;
  /** `[Z, Y, X]`. */
  shape: [number, number, number];
  /** `[Z, Y, X]`, 0..C-1. */
  label: Uint8Array;
  /** `[Z, Y, X]`, 0 where the image holds nothing; absent means that the whole volume is valid. */
  mask?: Uint8Array;
  /** `[Z, Y, X]` float32 in [0, 1]; absent means 1 everywhere. Outside the volume the confidence is always 0. */
  confidence?: Float32Array;
}

/** One patch of a batch: everything random about it follows from `seed`. */
export interface PatchRequest {
  /** Index into the trainer's cases. */
  caseIndex: number;
  /** Voxel at the centre of the patch, `[z, y, x]`; may lie so that the patch leaves the volume. */
  center: [number, number, number];
  /** 32-bit seed of the augmentation. */
  seed: number;
}

export interface StepRequest {
  patches: PatchRequest[];
  learningRate: number;
}

export interface StepResult {
  loss: number;
  /** Norm of the gradient before clipping. */
  gradientNorm: number;
  /** Of the step's computation. */
  seconds: number;
  /** How long the step waited for its batch before. */
  waitSeconds: number;
}

/** How batches are prepared ahead. It decides how long steps wait, never what they compute. */
export interface Prefetch {
  /** Threads that prepare batches, beside those that train. */
  threads: number;
  /** Batches that may be under preparation or wait, ready; each is as large as the step's. */
  batches: number;
}

/** A float32 tensor with the name it has in checkpoints; `data` is contiguous, the last axis fastest. */
export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** What the weighted cross-entropy is divided by: the sum of the confidence (the method), or the voxel count (the reference). */
export type CrossEntropyNorm = 'confidence' | 'voxels';

/** Dice sums per sample of a batch, or over the whole batch. */
export type DiceSums = 'sample' | 'batch';

/** A training patch as the network sees it. */
export interface TrainingPatch {
  /** `[C, Z, Y, X]`. */
  image: Float32Array;
  /** `[Z, Y, X]`. */
  label: Uint8Array;
  /** `[Z, Y, X]` in [0, 1]; 0 outside the volume. */
  confidence: Float32Array;
}

/** A volume and the windows to predict it by. */
export interface VolumeWindows {
  /** `[C, Z, Y, X]` float32, preprocessed; must not change while it is predicted. */
  image: Float32Array;
  /** `[Z, Y, X]`. */
  shape: [number, number, number];
  /** Size of every window, `[z, y, x]`. */
  patch: [number, number, number];
  /** First voxels of the windows, together covering the volume; what a window holds beyond the volume reads as 0. */
  starts: [number, number, number][];
  /** Axes `[z, y, x]` to mirror, one entry for each copy of a window that is predicted. */
  flips: [boolean, boolean, boolean][];
  /** Weight of a window's voxels in the mean, `[z, y, x]` of the patch, > 0. */
  importance: Float32Array;
  /** Copies of windows that are predicted at once. */
  batch: number;
  /** The probabilities p become p^(1 / temperature), normalised over the classes. */
  temperature: number;
}
