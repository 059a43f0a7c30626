import type { Geometry } from '@geoscribe/core-io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { croppedSlices } from '../../src/report/cropped-slices.js';
import { displayPlane } from '../../src/report/plane.js';

const geometry: Geometry = { dims: [90, 70, 2], spacing: [0.5, 1, 4], affine: [-0.5, 0, 0, 0, 0, -1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1] };
const [nx, ny] = geometry.dims;
const voxels = nx * ny * 2;
// Axes run left and backwards already, so display pixels are voxels: the position is read off the values.
const columns = Float32Array.from({ length: voxels }, (_, v) => v % nx);
const rows = Float32Array.from({ length: voxels }, (_, v) => Math.floor(v / nx) % ny);

describe('croppedSlices', () => {
  it('keeps every labelled and marked voxel of the slice with its surroundings, in place', () => {
    const index = (size: number) => fc.integer({ min: 0, max: size - 1 });
    fc.assert(
      fc.property(index(nx), index(ny), index(nx), index(ny), (x, y, markX, markY) => {
        const labels = new Uint8Array(voxels);
        const seeds = new Uint8Array(voxels).fill(255);
        labels[y * nx + x] = 1;
        seeds[markY * nx + markX] = 0;
        const cut = croppedSlices(geometry, displayPlane(geometry), 0, [labels], seeds);
        const [across, down] = [cut.grey(columns), cut.grey(rows)];
        expect(cut.labels(labels).data.filter((label) => label === 1)).toHaveLength(1);
        expect(cut.labels(seeds).data.filter((seed) => seed === 0)).toHaveLength(1);
        // Neighbouring pixels are neighbouring voxels, and 8 mm are kept on each side where the slice has them.
        across.data.forEach((column, i) => expect(column).toBe((across.data[0] ?? 0) + (i % across.width)));
        down.data.forEach((row, i) => expect(row).toBe((down.data[0] ?? 0) + Math.floor(i / down.width)));
        expect(across.data[0]).toBeLessThanOrEqual(Math.max(0, Math.min(x, markX) - 16));
        expect(down.data[0]).toBeLessThanOrEqual(Math.max(0, Math.min(y, markY) - 8));
        expect(down.data.at(-1)).toBeGreaterThanOrEqual(Math.min(ny - 1, Math.max(y, markY) + 8));
      }),
      { numRuns: 40 },
    );
  });

  it('shows the whole slice where nothing is on it', () => {
    const labels = new Uint8Array(voxels);
    labels[nx * ny] = 1;
    const cut = croppedSlices(geometry, displayPlane(geometry), 0, [labels]);
    expect(cut.labels(labels)).toMatchObject({ width: nx, height: ny });
  });
});
