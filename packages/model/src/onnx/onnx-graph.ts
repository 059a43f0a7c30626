import { GeoscribeError } from '@geoscribe/campaign';
import { transposedConvolutionWeight, type NamedTensor, type NetworkSpec, type NetworkStage } from '@geoscribe/torch-native';
import {
  floatAttribute,
  integerAttribute,
  integersAttribute,
  onnxFloat,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
} from './onnx-format.js';

/** Operators of the graphs that are written, and the only ones that are read: every runtime has them. */
export const onnxOperators: readonly string[] = ['Conv', 'ConvTranspose', 'InstanceNormalization', 'LeakyRelu', 'Concat'];

export interface OnnxGraphParts {
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
}

/**
 * Nodes and weights of the network's finest head, from value `image` to value `logits`.
 *
 * Operators: `onnxOperators`.
 *
 * @param tensors weights under torch-native's names; heads of coarser levels are left out
 * Errors: `InvalidCheckpointError` naming a tensor that is missing.
 */
export function onnxGraph(spec: NetworkSpec, tensors: NamedTensor[]): OnnxGraphParts {
  const weights = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];

  const weight = (name: string): NamedTensor => {
    const found = weights.get(name);
    if (found === undefined) {
      throw new GeoscribeError('InvalidCheckpointError', 'Network lacks a tensor of its plan', { field: name });
    }
    return found;
  };
  const initializer = (tensor: NamedTensor): string => {
    initializers.push({ name: tensor.name, dims: tensor.shape, dataType: onnxFloat, rawData: littleEndian(tensor.data) });
    return tensor.name;
  };
  const node = (opType: string, name: string, input: string[], attribute: OnnxAttribute[]): string => {
    nodes.push({ name, opType, input, output: [name], attribute });
    return name;
  };
  const block = (input: string, name: string, stage: NetworkStage, strides: number[]): string => {
    const padding = stage.kernel.map((k) => (k - 1) / 2);
    const convolution = node(
      'Conv',
      `${name}.conv`,
      [input, initializer(weight(`${name}.conv.weight`)), initializer(weight(`${name}.conv.bias`))],
      [
        integersAttribute('kernel_shape', stage.kernel),
        integersAttribute('pads', [...padding, ...padding]),
        integersAttribute('strides', strides),
      ],
    );
    const normed = node(
      'InstanceNormalization',
      `${name}.norm`,
      [convolution, initializer(weight(`${name}.norm.weight`)), initializer(weight(`${name}.norm.bias`))],
      [floatAttribute('epsilon', 1e-5)],
    );
    return node('LeakyRelu', `${name}.relu`, [normed], [floatAttribute('alpha', 0.01)]);
  };
  const blocks = (input: string, prefix: string, count: number, stage: NetworkStage, firstStride: number[]): string =>
    Array.from({ length: count }, (_, b) => b).reduce(
      (value, b) => block(value, `${prefix}.${b}`, stage, b === 0 ? firstStride : [1, 1, 1]),
      input,
    );

  const skips: string[] = [];
  let value = 'image';
  spec.stages.forEach((stage, s) => {
    value = blocks(value, `encoder.${s}`, stage.encoderBlocks, stage, stage.stride);
    skips.push(value);
  });
  for (let s = spec.stages.length - 2; s >= 0; s--) {
    const stage = spec.stages[s]!;
    const { stride } = spec.stages[s + 1]!;
    const upsampled = node(
      'ConvTranspose',
      `up.${s}`,
      [
        value,
        initializer(transposedConvolutionWeight(weight(`up.${s}.weight`), stride)),
        initializer(weight(`up.${s}.bias`)),
      ],
      [integersAttribute('kernel_shape', stride), integersAttribute('strides', stride)],
    );
    const joined = node('Concat', `skip.${s}`, [upsampled, skips[s]!], [integerAttribute('axis', 1)]);
    value = blocks(joined, `decoder.${s}`, stage.decoderBlocks, stage, [1, 1, 1]);
  }
  node('Conv', 'logits', [value, initializer(weight('head.0.weight')), initializer(weight('head.0.bias'))], [
    integersAttribute('kernel_shape', [1, 1, 1]),
  ]);
  return { nodes, initializers };
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}
