import { Worker } from 'node:worker_threads';
import { GeoscribeError } from '@geoscribe/campaign';
import type { OnnxAnswer, OnnxRequest, OnnxWorkerData } from './onnx-worker.js';
import type { Predictor, PredictPatches } from './predictor.js';

export interface OnnxPredictor extends Predictor {
  predictPatches: PredictPatches;
  /** Ends the thread. */
  close(): Promise<void>;
}

interface Waiting {
  resolve: (result: Float32Array) => void;
  reject: (error: Error) => void;
  onDone?: (copies: number) => void;
}

/** The compiled worker, also when this module runs from source. */
const workerFile = new URL('../../dist/inference/onnx-worker.js', import.meta.url);

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/**
 * Predictor of an exported model on onnxruntime, with all of its work in a thread of its own.
 *
 * @param options.model bytes of a `.onnx` file of ours
 * @param options.file names the model in errors
 * @param options.threads of one prediction
 * Errors: `InvalidModelError` for a graph that onnxruntime refuses, at the first prediction; a prediction's signal's reason.
 * Cost: a copy of the image for a volume; else as `slidingWindow`.
 */
export function onnxPredictor({ model, file, threads }: { model: Uint8Array; file: string; threads: number }): OnnxPredictor {
  const worker = new Worker(workerFile, { workerData: { model, threads } satisfies OnnxWorkerData });
  worker.unref();
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let ended: Error | null = null;

  const settle = (id: number): Waiting | undefined => {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return entry;
  };
  worker.on('message', (answer: OnnxAnswer) => {
    if ('done' in answer) waiting.get(answer.id)?.onDone?.(answer.done);
    else if ('result' in answer) settle(answer.id)?.resolve(answer.result);
    else settle(answer.id)?.reject(new GeoscribeError('InvalidModelError', `onnxruntime failed: ${answer.message}`, { file }));
  });
  const failAll = (error: Error): void => {
    ended ??= error;
    for (const id of [...waiting.keys()]) settle(id)?.reject(error);
  };
  worker.on('error', failAll);
  worker.on('exit', () => failAll(new GeoscribeError('ChildCrashedError', 'The thread of onnxruntime ended', { file })));
  const ask = (request: Unnumbered<OnnxRequest>, onDone?: (copies: number) => void): Promise<Float32Array> =>
    new Promise((resolve, reject) => {
      if (ended !== null) throw ended;
      const id = nextId++;
      waiting.set(id, { resolve, reject, ...(onDone !== undefined && { onDone }) });
      worker.ref();
      worker.postMessage({ ...request, id } satisfies OnnxRequest);
    });

  return {
    predictPatches: (input, batch, shape) => ask({ patches: { input, batch, shape } }),
    async predictWindows({ signal, onDone, ...windows }) {
      signal?.throwIfAborted();
      const cancel = new Int32Array(new SharedArrayBuffer(4));
      const abort = (): void => void Atomics.store(cancel, 0, 1);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await ask({ windows, cancel }, onDone);
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
