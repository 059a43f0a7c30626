import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { GeoscribeError } from '@geoscribe/campaign';
import type { ErrorDetail } from '@geoscribe/campaign';
import type {
  AugmentationSpec, CrossEntropyNorm, DiceSums, NamedTensor, NetworkSpec, PatchRequest, Prefetch, StepRequest, StepResult, TimedWork, TorchDevice,
  TorchLayout, TorchPrecision, TrainingCase, TrainingPatch, VolumeWindows,
} from './types.js';

type Triple = [number, number, number];

/** The whole contract with the addon. The callers in this package have checked every argument; C++ trusts them. */
export interface TorchBinding {
  /** Ends every thread of the process that computes, and waits for them. */
  endThreads(): void;
  setThreads(threads: number): void;
  /** Returns where the device can be used, throws the reason otherwise. */
  probeDevice(device: TorchDevice): void;
  /** Bytes of a device that was probed. */
  deviceMemory(device: TorchDevice): { free: number; total: number } | null;
  mapFile(path: string): ArrayBuffer;
  samplePatch(options: { case: TrainingCase; request: PatchRequest; patch: Triple; augmentation: AugmentationSpec }): TrainingPatch;
  lossAndGradient(options: NativeLossOptions): { loss: number; gradients: Float64Array[] };
  /** Seconds of the fastest run. */
  timeRuns(options: NativeTimingOptions): Promise<number>;
  NativeNetwork: new () => NativeNetwork;
  NativeTrainer: new () => NativeTrainer;
}

export interface NativeLossOptions {
  /** Per head, finest first, `[N, C, Z/s, Y/s, X/s]`. */
  logits: Float64Array[];
  strides: Triple[];
  batch: number;
  classes: number;
  shape: Triple;
  label: Uint8Array;
  confidence: Float64Array;
  crossEntropyNorm: CrossEntropyNorm;
  diceSums: DiceSums;
}

export interface NativeTimingOptions {
  work: TimedWork;
  spec: NetworkSpec;
  device: TorchDevice;
  patch: Triple;
  batch: number;
  precision: TorchPrecision;
  layout: TorchLayout;
  /** Runs that are timed at least, after one to warm up; where that one takes longer than `patience` s it is the only one. */
  repeats: number;
  patience: number;
}

/** Each object has a thread of its own; its calls run in order. */
export interface NativeNetwork {
  load(options: { spec: NetworkSpec; device: TorchDevice; seed?: number; tensors?: NamedTensor[] }): Promise<void>;
  tensors(): Promise<NamedTensor[]>;
  predict(options: { input: Float32Array; batch: number; shape: Triple; precision: TorchPrecision; layout: TorchLayout }): Promise<Float32Array>;
  /** Fills `probability`; ends after the windows in work once `cancel[0]` is not 0. Resolves with whether it got to the end. */
  predictWindows(options: NativeWindows, cancel: Int32Array, onDone: (copies: number) => void): Promise<boolean>;
  /** Frees the weights once the calls so far are done; later calls are refused. */
  dispose(): void;
}

export interface NativeWindows extends VolumeWindows {
  precision: TorchPrecision;
  layout: TorchLayout;
  /** `[classes, ...shape]`, written. */
  probability: Float32Array;
}

export interface NativeTrainer {
  open(options: NativeTrainerOptions): Promise<void>;
  /** Ends before the next step once `cancel[0]` is not 0; resolves with the steps done. */
  run(steps: StepRequest[], cancel: Int32Array, onStep: (result: StepResult & { index: number }) => void): Promise<StepResult[]>;
  state(): Promise<NamedTensor[]>;
  restore(state: NamedTensor[]): Promise<void>;
  network(which: 'model' | 'ema'): Promise<NamedTensor[]>;
  setCases(cases: TrainingCase[]): Promise<void>;
  dispose(): void;
}

export interface NativeTrainerOptions {
  spec: NetworkSpec;
  initial: NamedTensor[];
  device: TorchDevice;
  cases: TrainingCase[];
  patch: Triple;
  augmentation: AugmentationSpec;
  momentum: number;
  weightDecay: number;
  gradientClip: number;
  emaDecay: number | undefined;
  precision: TorchPrecision;
  layout: TorchLayout;
  crossEntropyNorm: CrossEntropyNorm;
  diceSums: DiceSums;
  accumulate: number;
  deterministic: boolean;
  prefetch: Prefetch;
}

let loaded: TorchBinding | undefined;

/** The addon, loaded on first use. Throws MissingLibraryError where it was not built or its libraries are gone. */
export function torch(): TorchBinding {
  if (loaded) return loaded;
  // OpenMP's threads would spin while they wait for each other; where anything else wants the cores (the next batch, a
  // server, another worker) a step then takes several times longer. Read once, when the library is loaded.
  process.env.OMP_WAIT_POLICY ??= 'PASSIVE';
  const file = fileURLToPath(new URL('../build/release/torch_native.node', import.meta.url));
  try {
    loaded = createRequire(import.meta.url)(file) as TorchBinding;
    // A worker thread's own end must not end the threads of others; Node's clean-up hooks serve it.
    if (isMainThread) process.once('exit', loaded.endThreads);
  } catch (cause) {
    throw new GeoscribeError(
      'MissingLibraryError',
      'The LibTorch addon cannot be loaded',
      { file: 'torch_native.node', expected: 'a build for this machine', received: firstLine(cause), nextStep: 'Run `npm run setup`.' },
      { cause },
    );
  }
  return loaded;
}

/** Result of a call of the addon, its errors made GeoscribeErrors. */
export async function fromNative<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw typedError(error);
  }
}

/** The same for a call that returns at once; `detail` is added to what the addon knows. */
export function fromNativeSync<T>(call: () => T, detail: ErrorDetail = {}): T {
  try {
    return call();
  } catch (error) {
    throw typedError(error, detail);
  }
}

const detailKeys = ['field', 'expected', 'received', 'nextStep'] as const;

function typedError(error: unknown, known: ErrorDetail = {}): unknown {
  if (!(error instanceof Error) || error instanceof GeoscribeError) return error;
  const native = error as Error & { code?: GeoscribeError['code'] } & ErrorDetail;
  if (!native.code) return error;
  const detail: ErrorDetail = { ...known };
  for (const key of detailKeys) {
    if (native[key] !== undefined) detail[key] = native[key];
  }
  return new GeoscribeError(native.code, native.message, detail, { cause: error });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
