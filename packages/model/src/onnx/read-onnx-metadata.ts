import { GeoscribeError } from '@geoscribe/campaign';
import type { z } from 'zod';
import { calibrationSchema, type Calibration } from '../inference/calibration.js';
import { planSchema, type Plan } from '../plan/plan.js';
import { decodeOnnx, type OnnxModel } from './onnx-format.js';
import { onnxOperators } from './onnx-graph.js';

export interface OnnxMetadata {
  plan: Plan;
  /** Provenance as `exportOnnx` was given it. */
  training: unknown;
  calibration: Calibration | null;
}

/**
 * Plan, provenance and calibration that `exportOnnx` embedded.
 *
 * @param file name for errors
 * Errors: `InvalidModelError` for bytes that are no ONNX model of ours: no protobuf message, values in another file, an
 *   operator that is never written, no plan.
 */
export function readOnnxMetadata(bytes: Uint8Array, { file }: { file: string }): OnnxMetadata {
  const model = decode(bytes, file);
  checkGraph(model, file);
  const entries = new Map(model.metadataProps.map(({ key, value }) => [key, value]));
  if (!entries.has('plan')) {
    throw new GeoscribeError('InvalidModelError', 'Model carries no plan', {
      file,
      field: 'metadata_props.plan',
      expected: 'a model exported by geoscribe',
      received: entries.size === 0 ? 'no metadata' : `only ${[...entries.keys()].join(', ')}`,
    });
  }
  return {
    plan: parse(planSchema, entries, 'plan', file),
    training: parseJson(entries.get('training') ?? 'null'),
    calibration: parse(calibrationSchema.nullable().default(null), entries, 'calibration', file),
  };
}

function checkGraph({ graph }: OnnxModel, file: string): void {
  const outside = graph?.initializer.find(({ externalData, dataLocation }) => dataLocation === 1 || (externalData?.length ?? 0) > 0);
  if (outside !== undefined) {
    throw new GeoscribeError('InvalidModelError', 'Model keeps weights in another file', {
      file,
      field: outside.name,
      expected: 'all values within the model',
      received: `external data ${outside.externalData?.find(({ key }) => key === 'location')?.value ?? ''}`.trimEnd(),
      nextStep: 'Save the model with its weights inside, or export it again with `geoscribe export onnx`.',
    });
  }
  const unknown = graph?.node.find(({ opType, domain }) => !onnxOperators.includes(opType) || !['', 'ai.onnx'].includes(domain ?? ''));
  if (unknown === undefined) return;
  throw new GeoscribeError('InvalidModelError', 'Model has an operator that geoscribe does not write', {
    file,
    field: `node ${unknown.name}`,
    expected: onnxOperators.join(', '),
    received: [unknown.domain, unknown.opType].filter(Boolean).join('.'),
    nextStep: 'Use a model exported by geoscribe.',
  });
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

function parse<T>(schema: z.ZodType<T>, entries: ReadonlyMap<string, string>, key: string, file: string): T {
  const text = entries.get(key);
  const parsed = schema.safeParse(text === undefined ? undefined : parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new GeoscribeError('InvalidModelError', `Model's ${key} is not valid (${issue.message})`, { file, field: [`metadata_props.${key}`, ...issue.path].join('.') });
}

/** The text itself where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
