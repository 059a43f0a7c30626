import type { TensorShape } from './tensor-shape.js';

export interface ConnectedComponents {
  /** `[Z, Y, X]`, 0 outside the mask, components numbered from 1 in the order of their first voxel. */
  labels: Int32Array;
  /** Voxels of component `k` at index `k - 1`. */
  sizes: number[];
}

/**
 * Connected components of a mask.
 *
 * @param options.mask `[Z, Y, X]`, non-zero is inside.
 * @param options.shape `[z, y, x]`; a plane is `[1, y, x]`, where 6 and 26 neighbours become 4 and 8.
 * @param options.connectivity 6 (shared face) or 26 (shared corner).
 * @returns Component of every voxel and the component sizes; numbering is that of `scipy.ndimage.label`.
 *
 * Cost: O(voxels * connectivity), 8 bytes a voxel.
 */
export function connectedComponents(options: {
  mask: ArrayLike<number>;
  shape: TensorShape;
  connectivity: 6 | 26;
}): ConnectedComponents {
  const { mask, shape, connectivity } = options;
  const [nz, ny, nx] = shape;
  const voxels = nz * ny * nx;
  const labels = new Int32Array(voxels);
  const stack = new Int32Array(voxels);
  const steps = neighbourSteps(connectivity);
  const sizes: number[] = [];
  for (let first = 0; first < voxels; first++) {
    if (!mask[first] || labels[first] !== 0) continue;
    const component = sizes.length + 1;
    let top = 0;
    let size = 0;
    stack[top++] = first;
    labels[first] = component;
    while (top > 0) {
      const voxel = stack[--top]!;
      size++;
      const x = voxel % nx;
      const y = Math.floor(voxel / nx) % ny;
      const z = Math.floor(voxel / (nx * ny));
      for (const [dz, dy, dx] of steps) {
        const zz = z + dz;
        const yy = y + dy;
        const xx = x + dx;
        if (zz < 0 || yy < 0 || xx < 0 || zz >= nz || yy >= ny || xx >= nx) continue;
        const next = (zz * ny + yy) * nx + xx;
        if (!mask[next] || labels[next] !== 0) continue;
        labels[next] = component;
        stack[top++] = next;
      }
    }
    sizes.push(size);
  }
  return { labels, sizes };
}

function neighbourSteps(connectivity: 6 | 26): TensorShape[] {
  const steps: TensorShape[] = [];
  for (let dz = -1; dz <= 1; dz++) {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const moved = Math.abs(dz) + Math.abs(dy) + Math.abs(dx);
        if (moved === 1 || (connectivity === 26 && moved > 1)) steps.push([dz, dy, dx]);
      }
    }
  }
  return steps;
}
