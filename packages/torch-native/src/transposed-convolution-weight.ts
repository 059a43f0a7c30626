import { check, isWhole, voxelCount } from './checks.js';
import type { NamedTensor } from './types.js';

/**
 * The weight of `up.<s>` as a transposed convolution with kernel = stride takes it (ONNX's ConvTranspose, PyTorch's too).
 *
 * `W[i, o, a, b, c] = stored[((o * kz + a) * ky + b) * kx + c, i]`
 *
 * @param tensor - `up.<s>.weight`, `[out * kz * ky * kx, in, 1, 1, 1]`.
 * @param stride - `[kz, ky, kx]`: the stride of stage s + 1.
 * @returns the same name, shape `[in, out, kz, ky, kx]`, a copy. The bias `up.<s>.bias` `[out]` serves as it is.
 * @throws InvalidArgumentError where the first size is no multiple of the kernel's voxels.
 */
export function transposedConvolutionWeight(tensor: NamedTensor, stride: [number, number, number]): NamedTensor {
  const [rows = 0, input = 0] = tensor.shape;
  const positions = voxelCount(stride);
  const fits = isWhole(positions, 1) && rows % positions === 0 && tensor.data.length === rows * input;
  check(fits, tensor.name, `shape [out * ${positions}, in, 1, 1, 1]`, tensor.shape);
  const output = rows / positions;
  const data = new Float32Array(tensor.data.length);
  // Rows run over (o, a, b, c) in the order of the result's last four axes: a plain transpose.
  for (let row = 0; row < rows; row += 1) {
    for (let i = 0; i < input; i += 1) data[i * rows + row] = tensor.data[row * input + i]!;
  }
  return { name: tensor.name, shape: [input, output, ...stride], data };
}
