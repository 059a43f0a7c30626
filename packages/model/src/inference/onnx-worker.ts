import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Thread of `onnxPredictor`: `session.run()` blocks the thread that calls it. */
export interface OnnxWorkerData {
  model: Uint8Array;
  threads: number;
}

export interface OnnxRequest {
  id: number;
  input: Float32Array;
  dims: number[];
}

export type OnnxAnswer = { id: number; logits: Float32Array } | { id: number; message: string };

const { model, threads } = workerData as OnnxWorkerData;
const session = InferenceSession.create(model, {
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
// A refused model answers the first request; before one, nobody listens.
session.catch(() => undefined);

parentPort!.on('message', ({ id, input, dims }: OnnxRequest) => {
  session
    .then((ready) => ready.run({ image: new Tensor('float32', input, dims) }))
    .then(
      ({ logits }) => {
        const data = (logits!.data as Float32Array).slice();
        parentPort!.postMessage({ id, logits: data } satisfies OnnxAnswer, [data.buffer]);
      },
      (error: Error) => parentPort!.postMessage({ id, message: error.message } satisfies OnnxAnswer),
    );
});
