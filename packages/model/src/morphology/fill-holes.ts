import type { TensorShape } from './tensor-shape.js';

/**
 * The mask with its enclosed holes filled: every voxel from which no 6-connected path outside the mask reaches a face
 * of the volume.
 *
 * @param options.mask `[Z, Y, X]`, non-zero is inside; not changed.
 * @param options.shape `[z, y, x]`.
 * @returns uint8 mask of 0 and 1.
 *
 * Cost: O(voxels), 5 bytes a voxel. Same result as `scipy.ndimage.binary_fill_holes` with its default structure.
 */
export function fillHoles(options: { mask: Uint8Array; shape: TensorShape }): Uint8Array {
  const { mask, shape } = options;
  const [nz, ny, nx] = shape;
  const plane = nx * ny;
  const filled = new Uint8Array(mask.length).fill(1);
  const stack = new Int32Array(mask.length);
  let top = 0;
  const visit = (voxel: number): void => {
    if (mask[voxel] === 0 && filled[voxel] === 1) {
      filled[voxel] = 0;
      stack[top++] = voxel;
    }
  };
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const onFace = z === 0 || z === nz - 1 || y === 0 || y === ny - 1;
      const row = z * plane + y * nx;
      for (let x = 0; x < nx; x += onFace || nx === 1 ? 1 : nx - 1) visit(row + x);
    }
  }
  while (top > 0) {
    const voxel = stack[--top]!;
    const x = voxel % nx;
    const inPlane = voxel % plane;
    if (x > 0) visit(voxel - 1);
    if (x < nx - 1) visit(voxel + 1);
    if (inPlane >= nx) visit(voxel - nx);
    if (inPlane < plane - nx) visit(voxel + nx);
    if (voxel >= plane) visit(voxel - plane);
    if (voxel < mask.length - plane) visit(voxel + plane);
  }
  return filled;
}
