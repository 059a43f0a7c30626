import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { GeoscribeError } from '@geoscribe/campaign';
import { readOnnxMetadata } from '../onnx/read-onnx-metadata.js';
import type { Plan } from '../plan/plan.js';
import type { OnnxAnswer, OnnxRequest, OnnxWorkerData } from './onnx-worker.js';
import type { Predictor } from './predictor.js';

export interface OnnxPredictor extends Predictor {
  /** The plan embedded in the model. */
  plan: Plan;
  training: unknown;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** The compiled worker, also when this module runs from source. */
const workerFile = new URL('../../dist/inference/onnx-worker.js', import.meta.url);

/**
 * Predictor of an exported model on onnxruntime, in a thread of its own.
 *
 * @param model bytes or path of a `.onnx` file of ours
 * @param threads of one prediction
 * Errors: `InvalidModelError` for a model that is not ours, or whose graph onnxruntime refuses (at the first prediction).
 */
export async function onnxPredictor(model: Uint8Array | string, { threads }: { threads: number }): Promise<OnnxPredictor> {
  const file = typeof model === 'string' ? model : 'model.onnx';
  const bytes = typeof model === 'string' ? await readModel(model) : model;
  const { plan, training } = readOnnxMetadata(bytes, { file });
  const worker = new Worker(workerFile, { workerData: { model: bytes, threads } satisfies OnnxWorkerData });
  worker.unref();
  const waiting = new Map<number, { resolve: (logits: Float32Array) => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let ended: Error | null = null;

  const settle = (id: number): ReturnType<typeof waiting.get> => {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return entry;
  };
  worker.on('message', (answer: OnnxAnswer) => {
    const entry = settle(answer.id);
    if ('logits' in answer) entry?.resolve(answer.logits);
    else entry?.reject(new GeoscribeError('InvalidModelError', `onnxruntime failed: ${answer.message}`, { file }));
  });
  const failAll = (error: Error): void => {
    ended ??= error;
    for (const id of [...waiting.keys()]) settle(id)?.reject(error);
  };
  worker.on('error', failAll);
  worker.on('exit', () => failAll(new GeoscribeError('ChildCrashedError', 'The thread of onnxruntime ended', { file })));

  return {
    plan,
    training,
    predict: (input, batch, shape) =>
      new Promise((resolve, reject) => {
        if (ended !== null) throw ended;
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.ref();
        const channels = input.length / (batch * shape[0] * shape[1] * shape[2]);
        worker.postMessage({ id, input, dims: [batch, channels, ...shape] } satisfies OnnxRequest);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

async function readModel(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new GeoscribeError(
      'InvalidModelError',
      'Model cannot be read',
      { file: path, expected: 'a readable file', received: error.code ?? error.message },
      { cause: error },
    );
  });
}
