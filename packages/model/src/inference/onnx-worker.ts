import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { patchPredictor } from './patch-predictor.js';
import type { PredictPatches, WindowTask } from './predictor.js';

/** Thread of `onnxPredictor`: `session.run()` blocks the thread that calls it. */
export interface OnnxWorkerData {
  model: Uint8Array;
  threads: number;
}

/** Logits of patches, or the probabilities of a volume; a volume's work ends once `cancel[0]` is not 0. */
export type OnnxRequest = { id: number } & (
  | { patches: { input: Float32Array; batch: number; shape: [number, number, number] } }
  | { windows: Omit<WindowTask, 'signal' | 'onDone'>; cancel: Int32Array }
);

export type OnnxAnswer = { id: number } & ({ result: Float32Array } | { done: number } | { message: string });

const { model, threads } = workerData as OnnxWorkerData;
const session = InferenceSession.create(model, {
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
// A refused model answers the first request; before one, nobody listens.
session.catch(() => undefined);

const predictPatches: PredictPatches = async (input, batch, shape) => {
  const channels = input.length / (batch * shape[0] * shape[1] * shape[2]);
  const { logits } = await (await session).run({ image: new Tensor('float32', input, [batch, channels, ...shape]) });
  return logits!.data as Float32Array;
};

async function answer(request: OnnxRequest): Promise<Float32Array> {
  if ('patches' in request) {
    const { input, batch, shape } = request.patches;
    return (await predictPatches(input, batch, shape)).slice();
  }
  const { id, windows, cancel } = request;
  const control = new AbortController();
  const onDone = (done: number): void => {
    parentPort!.postMessage({ id, done } satisfies OnnxAnswer);
    if (Atomics.load(cancel, 0) !== 0) control.abort();
  };
  return patchPredictor(predictPatches).predictWindows({ ...windows, onDone, signal: control.signal });
}

parentPort!.on('message', (request: OnnxRequest) => {
  const { id } = request;
  answer(request).then(
    (result) => parentPort!.postMessage({ id, result } satisfies OnnxAnswer, [result.buffer as ArrayBuffer]),
    (error: Error) => parentPort!.postMessage({ id, message: error.message } satisfies OnnxAnswer),
  );
});
