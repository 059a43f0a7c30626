/** Separable blurs; at the border the window shrinks to the voxels that exist. */

/**
 * One axis after the other, in float64, stored as float32.
 *
 * @param {Float32Array} volume x fastest
 * @param {readonly number[]} dims
 * @param {readonly (readonly number[])[]} kernels weights for x, y, z, each of odd length
 */
function blur(volume, dims, kernels) {
  const strides = [1, dims[0], dims[0] * dims[1]];
  let from = volume;
  for (let axis = 0; axis < 3; axis += 1) {
    const [size, stride, kernel] = [dims[axis], strides[axis], kernels[axis]];
    const reach = (kernel.length - 1) / 2;
    if (reach === 0) continue;
    const to = new Float32Array(volume.length);
    for (let v = 0; v < volume.length; v += 1) {
      const at = Math.floor(v / stride) % size;
      let [sum, weight] = [0, 0];
      for (let k = Math.max(-reach, -at); k <= Math.min(reach, size - 1 - at); k += 1) {
        sum += kernel[k + reach] * from[v + k * stride];
        weight += kernel[k + reach];
      }
      to[v] = sum / weight;
    }
    from = to;
  }
  return from;
}

/** Mean of the 3x3x3 window: what the transform is given, so that every implementation gets the same image. */
export function mean3(volume, dims) {
  return blur(volume, dims, [[1, 1, 1], [1, 1, 1], [1, 1, 1]]);
}

/** Gaussian of `sigma` mm, cut at three sigma. */
export function gaussian(volume, dims, spacing, sigma) {
  const kernel = (size) => {
    const reach = Math.ceil((3 * sigma) / size);
    return Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * (((k - reach) * size) / sigma) ** 2));
  };
  return blur(volume, dims, spacing.map(kernel));
}
