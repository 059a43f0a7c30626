import { availableParallelism } from 'node:os';
import { GeoscribeError } from '@geoscribe/campaign';
import { check, checkAugmentation, checkCase, checkPatch, checkSpec, checkSteps, isWhole } from './checks.js';
import { fromNative, torch } from './native.js';
import type { NativeTrainer } from './native.js';
import { checkTensors } from './network.js';
import type {
  AugmentationSpec, CrossEntropyNorm, DiceSums, NamedTensor, NetworkSpec, Prefetch, StepRequest, StepResult, TorchDevice, TorchLayout,
  TorchPrecision, TrainingCase,
} from './types.js';

export interface TrainerOptions {
  spec: NetworkSpec;
  /** Weights to start from, those of networkTensors(spec); copied. */
  initial: NamedTensor[];
  device?: TorchDevice;
  /** Held, not copied: their arrays must not change while they are the trainer's cases. */
  cases: TrainingCase[];
  /** `[z, y, x]`, multiples of the network's total stride. */
  patch: [number, number, number];
  augmentation: AugmentationSpec;
  /** Nesterov momentum in [0, 1). */
  momentum: number;
  weightDecay: number;
  /** Greatest norm of the gradient; default 12. */
  gradientClip?: number;
  /** Keep a moving average of the weights: `ema = decay * ema + (1 - decay) * weight` after every step, from the first. */
  emaDecay?: number;
  precision: TorchPrecision;
  /** Default `channels-last`; a resumed training needs the one it began with to give the same bits. */
  layout?: TorchLayout;
  /** Default `confidence`. */
  crossEntropyNorm?: CrossEntropyNorm;
  /** Default `sample`. */
  diceSums?: DiceSums;
  /**
   * Parts that a batch is computed in, one after the other, where the whole does not fit the memory; default 1, at most its
   * patches. Loss and gradient are the whole batch's to float rounding: Dice is a mean over samples, and the cross-entropy of
   * each part counts by its share of the confidence. Only with `diceSums: 'batch'` are they not: a part's sums then run over
   * its own samples, as those of a batch of that size do.
   */
  accumulate?: number;
  /**
   * The same bits for the same input also on `cuda`, at the price of speed: holds for the whole process from then on, and an
   * operation without such an algorithm throws. Default false. On the CPU it is always so.
   */
  deterministic?: boolean;
  /** Default one thread and 2 batches on the CPU, which trains on all cores; on `cuda` up to 8 threads and twice as many batches. */
  prefetch?: Prefetch;
}

/**
 * Trains a U-Net by stochastic gradient descent on its own thread, the next batches being prepared meanwhile on others.
 * On the CPU, with the same number of threads, the same options, state and steps give the same bits, whatever `prefetch` is.
 */
export class Trainer {
  readonly #native: NativeTrainer;
  readonly #channels: number;
  readonly #running = new Set<Int32Array>();
  #caseCount: number;

  private constructor(native: NativeTrainer, options: TrainerOptions) {
    this.#native = native;
    this.#channels = options.spec.inputChannels;
    this.#caseCount = options.cases.length;
  }

  /**
   * @throws InvalidArgumentError naming the option; InvalidCheckpointError naming the tensor of `initial`;
   * MissingLibraryError, DeviceUnavailableError.
   */
  static async create(options: TrainerOptions): Promise<Trainer> {
    checkOptions(options);
    const native = new (torch().NativeTrainer)();
    await fromNative(() =>
      native.open({
        device: 'cpu', layout: 'channels-last', gradientClip: 12, emaDecay: undefined, crossEntropyNorm: 'confidence', diceSums: 'sample',
        accumulate: 1, deterministic: false, prefetch: defaultPrefetch(options.device), ...options,
      }),
    );
    return new Trainer(native, options);
  }

  /**
   * Does the steps in order.
   *
   * @param steps - patches and learning rate of each; patches of a step are one batch.
   * @param options - `signal`: ends the run between two steps; `onStep`: called after each step, with its index.
   * @returns one result per step.
   * @throws the signal's reason, or what `onStep` threw: the state is that of the last finished step;
   * NonFiniteLossError: that of the step before; InvalidLabelError: a label the network has no class for;
   * InvalidArgumentError; OutOfMemoryError.
   */
  async run(
    steps: StepRequest[],
    { signal, onStep }: { signal?: AbortSignal; onStep?: (result: StepResult, index: number) => void } = {},
  ): Promise<StepResult[]> {
    checkSteps(steps, this.#caseCount);
    signal?.throwIfAborted();
    const cancel = new Int32Array(1);
    const abort = () => void Atomics.store(cancel, 0, 1);
    const thrown: unknown[] = [];
    signal?.addEventListener('abort', abort, { once: true });
    this.#running.add(cancel);
    try {
      const results = await fromNative(() =>
        this.#native.run(steps, cancel, ({ index, ...result }) => {
          try {
            if (thrown.length === 0) onStep?.(result, index);
          } catch (error) {
            thrown.push(error);
            abort();
          }
        }),
      );
      if (thrown.length > 0) throw thrown[0];
      if (results.length === steps.length) return results;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#running.delete(cancel);
    }
    signal?.throwIfAborted();
    throw new GeoscribeError('InvalidArgumentError', 'The trainer was disposed during a run', { nextStep: 'Create a new one.' });
  }

  /** All that a later run depends on: names prefixed `model.`, `momentum.` and, where a moving average is kept, `ema.`. */
  state(): Promise<NamedTensor[]> {
    return fromNative(() => this.#native.state());
  }

  /**
   * Takes over a state: the next steps give the losses they would have given then.
   *
   * @throws InvalidCheckpointError naming the tensor that does not fit; nothing is changed then.
   */
  async restore(tensors: NamedTensor[]): Promise<void> {
    checkTensors(tensors, 'state');
    await fromNative(() => this.#native.restore(tensors));
  }

  /**
   * Weights to predict with, for Network.load.
   *
   * @throws InvalidArgumentError for `ema` where none is kept.
   */
  network(which: 'model' | 'ema'): Promise<NamedTensor[]> {
    return fromNative(() => this.#native.network(which));
  }

  /** Exchanges the cases, after the runs so far. */
  async setCases(cases: TrainingCase[]): Promise<void> {
    checkCases(cases, this.#channels);
    this.#caseCount = cases.length;
    await fromNative(() => this.#native.setCases(cases));
  }

  /** Ends a run after its current step and frees the memory; later calls throw InvalidArgumentError. */
  dispose(): void {
    for (const cancel of this.#running) Atomics.store(cancel, 0, 1);
    this.#native.dispose();
  }
}

function defaultPrefetch(device: TorchDevice = 'cpu'): Prefetch {
  const threads = device === 'cpu' ? 1 : Math.max(1, Math.min(8, availableParallelism() - 1));
  return { threads, batches: 2 * threads };
}

function checkOptions(options: TrainerOptions): void {
  const { spec, initial, cases, patch, augmentation, momentum, weightDecay, gradientClip = 12, emaDecay = 0, precision, accumulate = 1, prefetch } = options;
  checkSpec(spec);
  checkTensors(initial, 'initial');
  checkPatch(spec, patch, 'patch');
  checkCases(cases, spec.inputChannels);
  checkAugmentation(augmentation, spec.inputChannels);
  check(momentum >= 0 && momentum < 1, 'momentum', 'a number in [0, 1)', momentum);
  check(weightDecay >= 0 && Number.isFinite(weightDecay), 'weightDecay', 'a number of at least 0', weightDecay);
  check(gradientClip > 0, 'gradientClip', 'a number above 0', gradientClip);
  check(emaDecay >= 0 && emaDecay < 1, 'emaDecay', 'a number in [0, 1)', emaDecay);
  check(isWhole(accumulate, 1), 'accumulate', 'a whole number of at least 1', accumulate);
  for (const field of ['threads', 'batches'] as const) {
    check(prefetch === undefined || isWhole(prefetch[field], 1), `prefetch.${field}`, 'a whole number of at least 1', prefetch?.[field]);
  }
  check(precision === 'float32' || precision === 'bfloat16', 'precision', 'float32 or bfloat16', precision);
}

function checkCases(cases: TrainingCase[], channels: number): void {
  check(cases.length > 0, 'cases', 'at least one case', cases.length);
  cases.forEach((entry, index) => checkCase(entry, channels, `cases[${index}]`));
}
