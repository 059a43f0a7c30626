import type { NetworkStage } from '@geoscribe/torch-native';
import type { TensorShape } from '../morphology/tensor-shape.js';

/**
 * Memory estimate of a U-Net: elements of the feature maps that its convolutions write for one sample.
 *
 * `sum over encoder stages of blocks * features * voxels + sum over decoder stages of (blocks + 1) * features * voxels +
 * classes * voxels of the finest stage`, the + 1 being the transposed convolution.
 *
 * @param options.patch voxels `[z, y, x]`.
 * @param options.stages finest first; the deepest has no decoder.
 *
 * Source: nnU-Net v2's `compute_conv_feature_map_size` of a plain U-Net without deep supervision.
 */
export function estimateFeatureMaps(options: { patch: TensorShape; stages: NetworkStage[]; classes: number }): number {
  const { stages, classes } = options;
  let size: TensorShape = [...options.patch];
  let elements = 0;
  stages.forEach(({ stride, features, encoderBlocks, decoderBlocks }, index) => {
    size = size.map((n, axis) => Math.floor(n / stride[axis]!)) as TensorShape;
    const voxels = size[0] * size[1] * size[2];
    const hasDecoder = index < stages.length - 1;
    elements += (encoderBlocks + (hasDecoder ? decoderBlocks + 1 : 0)) * features * voxels;
    if (index === 0 && hasDecoder) elements += classes * voxels;
  });
  return elements;
}
