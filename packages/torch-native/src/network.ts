import { GeoscribeError } from '@geoscribe/campaign';
import { check, checkPatch, checkSpec, checkWindows, isWhole, voxelCount } from './checks.js';
import { fromNative, torch } from './native.js';
import type { NativeNetwork } from './native.js';
import type { NamedTensor, NetworkSpec, TorchDevice, TorchLayout, TorchPrecision, VolumeWindows } from './types.js';

/** A U-Net for prediction, with a thread of its own: calls run in order, the event loop stays free. */
export class Network {
  readonly spec: NetworkSpec;
  readonly #native: NativeNetwork;
  /** Cancel flags of the predictions by windows that are under way. */
  readonly #running = new Set<Int32Array>();

  private constructor(spec: NetworkSpec, native: NativeNetwork) {
    this.spec = spec;
    this.#native = native;
  }

  /**
   * A network with initial weights: Kaiming-normal convolutions (a = 0.01, fan in), zero biases, identity norms.
   *
   * @param options - `seed`: 32-bit unsigned; the same seed gives the same bits.
   * @throws InvalidArgumentError, MissingLibraryError, DeviceUnavailableError.
   */
  static async create({ spec, seed, device = 'cpu' }: { spec: NetworkSpec; seed: number; device?: TorchDevice }): Promise<Network> {
    checkSpec(spec);
    check(isWhole(seed, 0) && seed < 2 ** 32, 'seed', 'a 32-bit unsigned integer', seed);
    const native = new (torch().NativeNetwork)();
    await fromNative(() => native.load({ spec, device, seed }));
    return new Network(spec, native);
  }

  /**
   * A network with the given weights, which are copied.
   *
   * @param options - `tensors`: those of networkTensors(spec), in any order.
   * @throws InvalidCheckpointError naming a tensor that is missing, left over or of another shape; else as create.
   */
  static async load({ spec, tensors, device = 'cpu' }: { spec: NetworkSpec; tensors: NamedTensor[]; device?: TorchDevice }): Promise<Network> {
    checkSpec(spec);
    checkTensors(tensors, 'tensors');
    const native = new (torch().NativeNetwork)();
    await fromNative(() => native.load({ spec, device, tensors }));
    return new Network(spec, native);
  }

  /** Copies of all weights, in the order of networkTensors. */
  tensors(): Promise<NamedTensor[]> {
    return fromNative(() => this.#native.tensors());
  }

  /**
   * Logits of the finest head for a batch of patches.
   *
   * @param options - `input` `[N, C, Z, Y, X]`, preprocessed, must not change before the promise settles; `shape`
   * `[z, y, x]`, multiples of the network's total stride; `layout`: default channels-last; `signal` is looked at before and after, a running batch ends.
   * @returns `[N, classes, Z, Y, X]`, no softmax.
   * @throws InvalidArgumentError, OutOfMemoryError, the signal's reason.
   */
  async predict(options: {
    input: Float32Array;
    batch: number;
    shape: [number, number, number];
    precision: TorchPrecision;
    layout?: TorchLayout;
    signal?: AbortSignal;
  }): Promise<Float32Array> {
    const { input, batch, shape, precision, layout = 'channels-last', signal } = options;
    checkPatch(this.spec, shape, 'shape');
    check(isWhole(batch, 1), 'batch', 'a whole number of at least 1', batch);
    const expected = batch * this.spec.inputChannels * voxelCount(shape);
    check(input instanceof Float32Array && input.length === expected, 'input', `Float32Array of ${expected}`, input);
    check(precision === 'float32' || precision === 'bfloat16', 'precision', 'float32 or bfloat16', precision);
    signal?.throwIfAborted();
    const logits = await fromNative(() => this.#native.predict({ input, batch, shape, precision, layout }));
    signal?.throwIfAborted();
    return logits;
  }

  /**
   * Class probabilities of a volume: the mean of the softmax over all copies of windows, weighted by their importance.
   *
   * `p_c(v) = sum_k g_k(v) softmax_c(v; k) / sum_k g_k(v)`, then `p_c^(1 / T)`, normalised
   *
   * @param options - see VolumeWindows; `signal` ends the work after the windows in hand; `onDone` hears of the copies done.
   * @returns float32 `[classes, Z, Y, X]`, sums to 1 over the classes.
   * @throws InvalidArgumentError, OutOfMemoryError, the signal's reason.
   * Cost: on this network's thread; classes + 1 float32 arrays of the volume, whatever the number of windows.
   */
  async predictWindows(
    options: VolumeWindows & { precision: TorchPrecision; layout?: TorchLayout; signal?: AbortSignal; onDone?: (copies: number) => void },
  ): Promise<Float32Array> {
    const { signal, onDone = () => undefined, layout = 'channels-last', ...windows } = options;
    checkWindows(this.spec, windows);
    check(windows.precision === 'float32' || windows.precision === 'bfloat16', 'precision', 'float32 or bfloat16', windows.precision);
    signal?.throwIfAborted();
    const probability = new Float32Array(this.spec.classes * voxelCount(windows.shape));
    const cancel = new Int32Array(1);
    const abort = () => void Atomics.store(cancel, 0, 1);
    signal?.addEventListener('abort', abort, { once: true });
    this.#running.add(cancel);
    try {
      if (await fromNative(() => this.#native.predictWindows({ ...windows, layout, probability }, cancel, onDone))) return probability;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#running.delete(cancel);
    }
    signal?.throwIfAborted();
    throw new GeoscribeError('InvalidArgumentError', 'The network was disposed during a prediction', { nextStep: 'Create a new one.' });
  }

  /** Ends a prediction by windows, frees the weights once the calls so far are done; later calls throw InvalidArgumentError. */
  dispose(): void {
    for (const cancel of this.#running) Atomics.store(cancel, 0, 1);
    this.#native.dispose();
  }
}

/** Throws InvalidArgumentError for a tensor whose values do not fit its shape. */
export function checkTensors(tensors: NamedTensor[], field: string): void {
  for (const { name, shape, data } of tensors) {
    const expected = shape.reduce((count, size) => count * size, 1);
    check(data instanceof Float32Array && data.length === expected, `${field} ${name}`, `Float32Array of ${expected}`, data);
  }
}
