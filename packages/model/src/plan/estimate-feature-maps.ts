import type { TensorShape } from '../morphology/tensor-shape.js';

/**
 * Memory estimate of a U-Net: elements of the feature maps that its convolutions write for one sample.
 *
 * `sum over encoder stages of blocks * features * voxels + sum over decoder stages of (blocks + 1) * features * voxels +
 * classes * voxels of the finest stage`, the + 1 being the transposed convolution.
 *
 * @param options.patch voxels `[z, y, x]`.
 * @param options.strides stride of each stage, finest first.
 * @param options.features features of each stage.
 * @param options.blocks convolutions of each encoder and of each decoder stage.
 *
 * Source: nnU-Net v2's `compute_conv_feature_map_size` of a plain U-Net without deep supervision.
 */
export function estimateFeatureMaps(options: {
  patch: TensorShape;
  strides: TensorShape[];
  features: number[];
  blocks: number;
  classes: number;
}): number {
  const { strides, features, blocks, classes } = options;
  let size: TensorShape = [...options.patch];
  let elements = 0;
  for (let stage = 0; stage < strides.length; stage++) {
    const stride = strides[stage]!;
    size = [Math.floor(size[0] / stride[0]), Math.floor(size[1] / stride[1]), Math.floor(size[2] / stride[2])];
    const voxels = size[0] * size[1] * size[2];
    const hasDecoder = stage < strides.length - 1;
    elements += (blocks + (hasDecoder ? blocks + 1 : 0)) * features[stage]! * voxels;
    if (stage === 0 && hasDecoder) elements += classes * voxels;
  }
  return elements;
}
