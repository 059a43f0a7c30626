import type { TensorShape } from '../morphology/tensor-shape.js';

/** Smallest edge of the deepest feature map. */
const minimumEdge = 4;

export interface Topology {
  /** Stride of each stage's first convolution, finest first; the first is `[1, 1, 1]`. */
  strides: TensorShape[];
  /** Kernel of each stage's convolutions. */
  kernels: TensorShape[];
  /** The patch, padded to multiples of `divisor`. */
  patch: TensorShape;
  /** `2^pools` per axis. */
  divisor: TensorShape;
}

/**
 * Pooling and kernels of a U-Net for a patch.
 *
 * An axis is halved while its size is 8 or more and its spacing below 2 x the smallest of the axes that are still large
 * enough; a single axis left to halve needs 12. A kernel is 1 on an axis until its spacing comes within 2 x of the
 * smallest, then 3; the deepest stage has 3 everywhere.
 *
 * @param options.spacing mm `[z, y, x]`.
 * @param options.patch voxels `[z, y, x]`, not yet padded; may be fractional (a median shape).
 *
 * Source: nnU-Net v2, `network_topology.py`.
 */
export function networkTopology(options: { spacing: TensorShape; patch: TensorShape }): Topology {
  const spacing: TensorShape = [...options.spacing];
  const size: TensorShape = [...options.patch];
  const divisor: TensorShape = [1, 1, 1];
  const kernel: TensorShape = [1, 1, 1];
  const strides: TensorShape[] = [[1, 1, 1]];
  const kernels: TensorShape[] = [];
  for (;;) {
    const large = [0, 1, 2].filter((axis) => size[axis]! >= 2 * minimumEdge);
    const finest = Math.min(...large.map((axis) => spacing[axis]!));
    const poolable = large.filter((axis) => spacing[axis]! / finest < 2);
    if (poolable.length === 0) break;
    if (poolable.length === 1 && size[poolable[0]!]! < 3 * minimumEdge) break;
    const smallest = Math.min(...spacing);
    for (let axis = 0; axis < 3; axis++) if (spacing[axis]! / smallest < 2) kernel[axis] = 3;
    kernels.push([...kernel]);
    const stride: TensorShape = [1, 1, 1];
    for (const axis of poolable) {
      stride[axis] = 2;
      divisor[axis]! *= 2;
      spacing[axis]! *= 2;
      size[axis] = Math.ceil(size[axis]! / 2);
    }
    strides.push(stride);
  }
  kernels.push([3, 3, 3]);
  const patch = options.patch.map((n, axis) => Math.ceil(n / divisor[axis]!) * divisor[axis]!) as TensorShape;
  return { strides, kernels, patch, divisor };
}
