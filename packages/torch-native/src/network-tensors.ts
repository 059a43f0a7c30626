import { checkSpec, voxelCount } from './checks.js';
import type { NetworkSpec } from './types.js';

/**
 * Name and shape of every weight of the network, in the order of the forward pass: the encoder, then from the deepest
 * level upwards `up`, `decoder`, `head`.
 *
 * @param spec - stages finest first.
 * @returns convolutions `[out, in, kz, ky, kx]`; `up.<s>.weight` is `[out * kz * ky * kx, in, 1, 1, 1]` with the row of
 * output channel o and kernel position (a, b, c) at `((o * kz + a) * ky + b) * kx + c`, see transposedConvolutionWeight.
 * @throws InvalidArgumentError for a spec no network can be built from.
 */
export function networkTensors(spec: NetworkSpec): { name: string; shape: number[] }[] {
  checkSpec(spec);
  const tensors: { name: string; shape: number[] }[] = [];
  const add = (name: string, shape: number[]) => tensors.push({ name, shape });
  const addBlocks = (prefix: string, count: number, input: number, features: number, kernel: number[]) => {
    for (let block = 0; block < count; block += 1) {
      add(`${prefix}.${block}.conv.weight`, [features, block === 0 ? input : features, ...kernel]);
      add(`${prefix}.${block}.conv.bias`, [features]);
      add(`${prefix}.${block}.norm.weight`, [features]);
      add(`${prefix}.${block}.norm.bias`, [features]);
    }
  };
  let input = spec.inputChannels;
  spec.stages.forEach(({ encoderBlocks, features, kernel }, stage) => {
    addBlocks(`encoder.${stage}`, encoderBlocks, input, features, kernel);
    input = features;
  });
  for (let level = spec.stages.length - 2; level >= 0; level -= 1) {
    const { decoderBlocks, features, kernel } = spec.stages[level]!;
    const below = spec.stages[level + 1]!;
    add(`up.${level}.weight`, [features * voxelCount(below.stride), below.features, 1, 1, 1]);
    add(`up.${level}.bias`, [features]);
    addBlocks(`decoder.${level}`, decoderBlocks, 2 * features, features, kernel);
    add(`head.${level}.weight`, [spec.classes, features, 1, 1, 1]);
    add(`head.${level}.bias`, [spec.classes]);
  }
  return tensors;
}
