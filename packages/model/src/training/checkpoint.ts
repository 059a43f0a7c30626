import { GeoscribeError } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '@geoscribe/torch-native';
import type { z } from 'zod';
import { calibrationSchema, type Calibration } from '../inference/calibration.js';
import { planSchema, type Plan } from '../plan/plan.js';
import { trainingRecordSchema, type TrainingRecord } from './training-record.js';

const checkpointFormat = 'geoscribe-checkpoint-1';

/** A training between two epochs, or a finished one. */
export interface Checkpoint {
  plan: Plan;
  training: TrainingRecord;
  /** `model.*` weights, `momentum.*` of the optimiser, `ema.*` averaged weights (fine-tuning). */
  state: NamedTensor[];
  /** Of a finished network's probabilities, where it was fitted. */
  calibration?: Calibration;
}

/**
 * `.safetensors` file of a checkpoint: its state as tensors, plan and training as JSON metadata.
 *
 * Equal checkpoints give equal bytes.
 */
export function encodeCheckpoint({ plan, training, state, calibration }: Checkpoint): Uint8Array {
  return encodeSafetensors(state, {
    format: checkpointFormat,
    plan: canonicalJson(plan),
    training: canonicalJson(training),
    ...(calibration !== undefined && { calibration: canonicalJson(calibration) }),
  });
}

/**
 * Reads a checkpoint.
 *
 * @param file name for errors
 * Errors: `InvalidCheckpointError` naming what is missing or wrong.
 */
export function decodeCheckpoint(bytes: Uint8Array, { file }: { file: string }): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, { file });
  if (metadata['format'] !== checkpointFormat) {
    throw new GeoscribeError('InvalidCheckpointError', 'File is not a checkpoint of geoscribe', {
      file,
      field: 'format',
      expected: checkpointFormat,
      received: metadata['format'] ?? 'no such entry',
    });
  }
  const plan = parse(planSchema, metadata, 'plan', file);
  const training = parse(trainingRecordSchema, metadata, 'training', file);
  if (!tensors.some(({ name }) => name.startsWith('model.'))) {
    throw new GeoscribeError('InvalidCheckpointError', 'Checkpoint holds no weights', {
      file,
      expected: 'tensors model.*',
      received: tensors.length === 0 ? 'no tensors' : tensors.slice(0, 3).map(({ name }) => name).join(', '),
    });
  }
  const calibration = metadata['calibration'] === undefined ? undefined : parse(calibrationSchema, metadata, 'calibration', file);
  return { plan, training, state: tensors, ...(calibration !== undefined && { calibration }) };
}

/** The network to predict with: the averaged weights where there are any, else the trained ones; names without prefix. */
export function finalTensors(state: NamedTensor[]): NamedTensor[] {
  const averaged = withoutPrefix(state, 'ema.');
  return averaged.length > 0 ? averaged : withoutPrefix(state, 'model.');
}

/** Tensors of one part of a state, names without prefix. */
export function withoutPrefix(state: NamedTensor[], prefix: 'model.' | 'momentum.' | 'ema.'): NamedTensor[] {
  return state
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}

function parse<T>(schema: z.ZodType<T>, metadata: Record<string, string>, field: string, file: string): T {
  const text = metadata[field];
  const parsed = schema.safeParse(text === undefined ? undefined : parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new GeoscribeError('InvalidCheckpointError', `Checkpoint's ${field} is not valid (${issue.message})`, {
    file,
    field: [field, ...issue.path].join('.'),
    ...(text === undefined && { expected: 'a JSON text', received: 'no such entry' }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
