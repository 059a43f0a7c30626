import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { sha256Hex, writeAtomically } from '@geoscribe/core-io/node';
import { Network } from '@geoscribe/torch-native';
import type { Calibration } from '../inference/calibration.js';
import { modelFiles } from '../inference/model-files.js';
import { onnxPredictor } from '../inference/onnx-predictor.js';
import type { TensorShape } from '../morphology/tensor-shape.js';
import { networkSpec } from '../plan/network-spec.js';
import type { Plan } from '../plan/plan.js';
import { totalStride } from '../plan/total-stride.js';
import { counterRandom } from '../training/counter-random.js';
import { decodeCheckpoint, finalTensors } from '../training/checkpoint.js';
import { exportOnnx } from './export-onnx.js';

/** Largest difference of logits within 10; of larger ones so many times more. */
const tolerance = 1e-4;
const usualLogit = 10;

export interface ExportedOnnx {
  file: string;
  bytes: number;
  /** Checkpoint that it was made from. */
  checkpoint: string;
  /** Largest difference between onnxruntime's and LibTorch's logits, and the largest logit. */
  difference: number;
  largestLogit: number;
  calibration: Calibration | null;
}

/**
 * Writes a checkpoint's network as an ONNX file, once onnxruntime has given the logits that LibTorch gives.
 *
 * @param options.source a checkpoint, or the folder of a fold or of a run with one finished fold
 * @throws GeoscribeError `InvalidArgumentError` for a run of several folds and a name without `.onnx`, `InvalidCheckpointError`, `InvalidModelError` where
 *   the runtimes disagree. No file is written then.
 * Cost: two predictions of a small patch.
 */
export async function exportOnnxFile({ source, output }: { source: string; output: string }): Promise<ExportedOnnx> {
  if (!output.endsWith('.onnx')) {
    throw new GeoscribeError('InvalidArgumentError', 'The file cannot be told from other files', {
      file: output,
      expected: 'a name that ends in .onnx',
      received: basename(output),
    });
  }
  const [checkpoint, ...more] = await modelFiles(source);
  if (more.length > 0) {
    throw new GeoscribeError('InvalidArgumentError', 'One ONNX file holds one network', {
      file: source,
      expected: 'a run of one fold, or a fold',
      received: `${more.length + 1} folds`,
      nextStep: `Name one of them: ${dirname(checkpoint!)}.`,
    });
  }
  const bytes = await readFile(checkpoint!);
  const { plan, training, state, calibration = null } = decodeCheckpoint(bytes, { file: checkpoint! });
  const tensors = finalTensors(state);
  const network = await Network.load({ spec: networkSpec(plan), tensors });
  try {
    const model = exportOnnx({ plan, tensors, training: { ...training, checkpoint: sha256Hex(bytes) }, calibration });
    const { difference, largestLogit } = await compareLogits(network, model, plan, output);
    await mkdir(dirname(output), { recursive: true });
    await writeAtomically(output, model);
    return { file: output, bytes: model.byteLength, checkpoint: checkpoint!, difference, largestLogit, calibration };
  } finally {
    network.dispose();
  }
}

async function compareLogits(network: Network, model: Uint8Array, plan: Plan, file: string): Promise<{ difference: number; largestLogit: number }> {
  const shape = totalStride(plan.stages).map((stride, axis) => Math.min(2 * stride, plan.patch[axis]!)) as TensorShape;
  const random = counterRandom(1);
  const input = Float32Array.from({ length: plan.dataset.channels.length * shape[0] * shape[1] * shape[2] }, () => 4 * random.uniform() - 2);
  const onnx = onnxPredictor({ model, file, threads: 1 });
  try {
    const expected = await network.predict({ input, batch: 1, shape, precision: 'float32' });
    const received = await onnx.predictPatches(input, 1, shape);
    const difference = received.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    const largestLogit = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // Written so that NaN fails.
    if (difference <= tolerance * Math.max(1, largestLogit / usualLogit)) return { difference, largestLogit };
    throw new GeoscribeError('InvalidModelError', 'onnxruntime gives other logits than LibTorch', {
      file,
      expected: `a difference of at most ${tolerance} at logits up to ${usualLogit}`,
      received: `${difference.toPrecision(3)} at logits up to ${largestLogit.toPrecision(3)}`,
    });
  } finally {
    await onnx.close();
  }
}
