import type { NamedTensor } from '@geoscribe/torch-native';
import type { Calibration } from '../inference/calibration.js';
import { networkSpec } from '../plan/network-spec.js';
import type { Plan } from '../plan/plan.js';
import { encodeOnnx, onnxFloat, type OnnxValueInfo } from './onnx-format.js';
import { onnxGraph } from './onnx-graph.js';

/** Operator set and file version of the exported models: ONNX 1.12 and newer read them. */
const opsetVersion = 17;
const irVersion = 8;

/** Keys of the model's `metadata_props`, each a JSON text. */
export const onnxMetadataKeys = ['plan', 'labels', 'channels', 'spacing', 'normalization', 'training', 'temperature', 'calibration'] as const;

/**
 * ONNX file of a network.
 *
 * Input `image` float32 `[batch, channels, z, y, x]`, preprocessed by the plan, every spatial size a multiple of the
 * network's stride; output `logits` float32 `[batch, classes, z, y, x]`. Batch and spatial sizes are dynamic.
 *
 * @param plan embedded as metadata, with labels, channels, spacing and normalisation besides for readers that do not
 *   know it
 * @param tensors weights under torch-native's names
 * @param training where the weights come from: plain JSON, embedded as it is
 * @param calibration of the probabilities, null where there is none; its temperature is given apart for readers that do not
 *   know it: softmax(logits), then p^(1 / temperature), normalised
 * @returns file bytes; equal arguments give equal bytes
 * Errors: `InvalidCheckpointError` naming a tensor that is missing.
 */
export function exportOnnx(input: { plan: Plan; tensors: NamedTensor[]; training: object; calibration?: Calibration | null }): Uint8Array {
  const { plan, tensors, training, calibration = null } = input;
  const spec = networkSpec(plan);
  const { nodes, initializers } = onnxGraph(spec, tensors);
  const metadata: Record<(typeof onnxMetadataKeys)[number], unknown> = {
    plan,
    labels: plan.dataset.labels,
    channels: plan.dataset.channels,
    spacing: plan.targetSpacing,
    normalization: plan.normalization.map((entry, channel) => ({ ...entry, ...plan.foregroundIntensities[channel] })),
    training,
    temperature: calibration?.temperature ?? 1,
    calibration,
  };
  return encodeOnnx({
    irVersion,
    producerName: 'geoscribe',
    producerVersion: '0.1.0',
    graph: {
      name: 'unet',
      node: nodes,
      initializer: initializers,
      input: [volumes('image', spec.inputChannels)],
      output: [volumes('logits', spec.classes)],
    },
    opsetImport: [{ domain: '', version: opsetVersion }],
    metadataProps: onnxMetadataKeys.map((key) => ({ key, value: JSON.stringify(metadata[key]) })),
  });
}

function volumes(name: string, channels: number): OnnxValueInfo {
  const dim = [{ dimParam: 'batch' }, { dimValue: channels }, { dimParam: 'z' }, { dimParam: 'y' }, { dimParam: 'x' }];
  return { name, type: { tensorType: { elemType: onnxFloat, shape: { dim } } } };
}
