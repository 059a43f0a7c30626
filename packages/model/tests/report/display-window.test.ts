import { describe, expect, it } from 'vitest';
import { displayWindow } from '../../src/report/display-window.js';

describe('displayWindow', () => {
  const voxels = 40_000;
  const image = Float32Array.from({ length: voxels }, (_, v) => (v < 20_000 ? -1000 : v < 30_000 ? (v % 101) : 2000));

  it('is the labelled intensities with as much again on both sides', () => {
    const labels = Uint8Array.from({ length: voxels }, (_, v) => (v >= 20_000 && v < 30_000 ? 1 : 0));
    const [low, high] = displayWindow(image, labels);
    // 1st and 99.5th percentile of 0..100 are 1 and 99 or 100, whichever voxel the rank falls on.
    expect(Math.abs(low - (1 - 98.5))).toBeLessThanOrEqual(1.5);
    expect(Math.abs(high - (99.5 + 98.5))).toBeLessThanOrEqual(1.5);
  });

  it('stays inside the image and leaves out NaN', () => {
    const wide = Float32Array.from(image, (value, v) => (v % 7 === 0 ? Number.NaN : value));
    expect(displayWindow(wide, new Uint8Array(voxels).fill(1))).toEqual([-1000, 2000]);
  });

  it('takes the whole image where nothing, too little or something constant is labelled', () => {
    expect(displayWindow(image, new Uint8Array(voxels))).toEqual([-1000, 2000]);
    expect(displayWindow(image, new Uint8Array(voxels).fill(1, 20_000, 20_010))).toEqual([-1000, 2000]);
    expect(displayWindow(image, new Uint8Array(voxels).fill(1, 0, 10_000))).toEqual([-1000, 2000]);
    expect(displayWindow(new Float32Array(8), new Uint8Array(8))).toEqual([0, 1]);
  });
});
