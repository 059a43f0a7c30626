import { readFile } from 'node:fs/promises';
import { GeoscribeError, type Device, type Precision } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';
import { Network, setThreads, type TorchForm } from '@geoscribe/torch-native';
import { readOnnxMetadata } from '../onnx/read-onnx-metadata.js';
import { networkSpec } from '../plan/network-spec.js';
import type { Plan } from '../plan/plan.js';
import { decodeCheckpoint, finalTensors } from '../training/checkpoint.js';
import type { Model } from './model.js';
import { onnxPredictor } from './onnx-predictor.js';
import { torchPredictor } from './torch-predictor.js';

export interface OpenModelOptions {
  /** CPU threads of one prediction. */
  threads: number;
  /** Of LibTorch; an ONNX model computes on the CPU. */
  device: Device;
  /** Of LibTorch: `auto` is the fastest on this machine. An ONNX model computes in float32. */
  precision: Precision;
  /** See `predictionForms`. */
  formOf: (plan: Plan) => Promise<TorchForm>;
}

/**
 * Opens a `.onnx` model for onnxruntime, or a `.safetensors` checkpoint for LibTorch.
 *
 * @param file path of it
 * @throws GeoscribeError `InvalidModelError`, `InvalidCheckpointError`, `InvalidArgumentError` for another kind of file, or a
 *   device or precision that the file's runtime does not have; as `Network.load` and `formOf`.
 */
export async function openModel(file: string, options: OpenModelOptions): Promise<Model> {
  if (file.endsWith('.onnx')) return openOnnx(file, options);
  if (file.endsWith('.safetensors')) return openCheckpoint(file, options);
  throw new GeoscribeError('InvalidArgumentError', 'The file is not a model', {
    file,
    expected: 'a name that ends in .onnx or .safetensors',
    received: file.slice(file.lastIndexOf('.')),
  });
}

async function openOnnx(file: string, { threads, device, precision }: OpenModelOptions): Promise<Model> {
  if (device === 'cuda' || precision === 'bfloat16') {
    throw new GeoscribeError('InvalidArgumentError', 'An ONNX model is computed on the CPU in float32', {
      file,
      field: device === 'cuda' ? 'device' : 'precision',
      received: device === 'cuda' ? device : precision,
      nextStep: 'Give the checkpoint (.safetensors) in its place.',
    });
  }
  const bytes = await readModelFile(file, 'InvalidModelError');
  const metadata = readOnnxMetadata(bytes, { file });
  const predictor = onnxPredictor({ model: bytes, file, threads });
  return { file, ...metadata, runtime: 'onnxruntime', precision: 'float32', predictor, close: () => predictor.close() };
}

async function openCheckpoint(file: string, { threads, device, formOf }: OpenModelOptions): Promise<Model> {
  const { plan, training, state, calibration = null } = decodeCheckpoint(await readModelFile(file, 'InvalidCheckpointError'), { file });
  setThreads(threads);
  const form = await formOf(plan);
  const network = await Network.load({ spec: networkSpec(plan), tensors: finalTensors(state), device });
  return {
    file,
    plan,
    training,
    calibration,
    runtime: 'libtorch',
    precision: form.precision,
    predictor: torchPredictor(network, form),
    close: async () => network.dispose(),
  };
}

async function readModelFile(file: string, code: 'InvalidModelError' | 'InvalidCheckpointError'): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError(code, 'Model cannot be read', { file, expected: 'a readable file', received: faultInWords(cause) }, { cause });
  });
}
