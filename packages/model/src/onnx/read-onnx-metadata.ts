import { GeoscribeError } from '@geoscribe/campaign';
import { planSchema, type Plan } from '../plan/plan.js';
import { decodeOnnx, type OnnxModel } from './onnx-format.js';

export interface OnnxMetadata {
  plan: Plan;
  /** Provenance as `exportOnnx` was given it. */
  training: unknown;
}

/**
 * Plan and provenance that `exportOnnx` embedded.
 *
 * @param file name for errors
 * Errors: `InvalidModelError` for bytes that are no ONNX model of ours.
 */
export function readOnnxMetadata(bytes: Uint8Array, { file }: { file: string }): OnnxMetadata {
  const entries = new Map(decode(bytes, file).metadataProps.map(({ key, value }) => [key, value]));
  const text = entries.get('plan');
  if (text === undefined) {
    throw new GeoscribeError('InvalidModelError', 'Model carries no plan', {
      file,
      field: 'metadata_props.plan',
      expected: 'a model exported by geoscribe',
      received: entries.size === 0 ? 'no metadata' : `only ${[...entries.keys()].join(', ')}`,
    });
  }
  const plan = planSchema.safeParse(parseJson(text));
  if (!plan.success) {
    throw new GeoscribeError('InvalidModelError', `Plan of the model is not valid (${plan.error.issues[0]?.message})`, {
      file,
      field: ['metadata_props.plan', ...(plan.error.issues[0]?.path ?? [])].join('.'),
    });
  }
  return { plan: plan.data, training: parseJson(entries.get('training') ?? 'null') };
}

function decode(bytes: Uint8Array, file: string): OnnxModel {
  try {
    return decodeOnnx(bytes);
  } catch (error) {
    throw new GeoscribeError(
      'InvalidModelError',
      'File is not an ONNX model',
      { file, expected: 'a protobuf message', received: (error as Error).message },
      { cause: error },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
