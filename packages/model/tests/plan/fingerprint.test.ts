import { describe, expect, it } from 'vitest';
import { caseFingerprint, mergeFingerprints } from '../../src/plan/fingerprint.js';
import { boxGeometry, randomFloats, volumeOf } from '../helpers/volumes.js';

const grid = boxGeometry([4, 3, 2], [0.5, 1, 2]);

/** Image of 4 x 3 x 2 voxels, zero for x = 3. */
function image(seed = 1): Float32Array {
  return randomFloats(24, seed, 1, 100).map((v, i) => (i % 4 === 3 ? 0 : v));
}

describe('caseFingerprint', () => {
  it('states spacing and shape after the crop in tensor order', () => {
    const label = new Uint8Array(24).fill(1);
    const fingerprint = caseFingerprint({ id: 'a', channels: [volumeOf(grid, image())], label: volumeOf(grid, label) });
    expect(fingerprint.spacing).toEqual([2, 1, 0.5]);
    expect(fingerprint.shapeAfterCrop).toEqual([2, 3, 3]);
    expect(fingerprint.relativeSizeAfterCrop).toBe(0.75);
  });

  it('takes foreground from the label, or from class scribbles where there is no label', () => {
    const data = image();
    const marks = new Uint8Array(24).fill(255);
    marks[0] = 1;
    marks[5] = 2;
    marks[8] = 0;
    const seeds = volumeOf(grid, marks);
    const label = volumeOf(grid, marks.map((v) => (v === 255 ? 0 : v)));
    const channels = [volumeOf(grid, data)];
    const bySeeds = caseFingerprint({ id: 'a', channels, seeds });
    expect(bySeeds).toEqual(caseFingerprint({ id: 'a', channels, label }));
    expect(bySeeds.foreground![0]).toMatchObject({
      min: Math.min(data[0]!, data[5]!),
      max: Math.max(data[0]!, data[5]!),
      mean: (data[0]! + data[5]!) / 2,
    });
  });

  it('leaves ignored voxels out of the foreground', () => {
    const channels = [volumeOf(grid, image())];
    const label = volumeOf(grid, Uint8Array.from({ length: 24 }, (_, v) => (v % 3)));
    const marks = volumeOf(grid, label.data.map((v) => (v === 2 ? 0 : v)));
    const found = caseFingerprint({ id: 'a', channels, label, ignoreLabel: 2 });
    expect(found).toEqual(caseFingerprint({ id: 'a', channels, label: marks }));
    expect(found).not.toEqual(caseFingerprint({ id: 'a', channels, label }));
  });

  it('names the case and the fault of an unusable image', () => {
    const constant = volumeOf(grid, new Float32Array(24).fill(7));
    expect(() => caseFingerprint({ id: 'case-9', channels: [constant] })).toThrow(/case-9 has a constant image/);
    const broken = image();
    broken[4] = Number.NaN;
    expect(() => caseFingerprint({ id: 'case-9', channels: [volumeOf(grid, broken)] })).toThrow(/case-9.*channels\[0\], voxel \[0, 1, 0\]/);
    const label = volumeOf(boxGeometry([4, 3, 3]), new Uint8Array(36));
    expect(() => caseFingerprint({ id: 'case-9', channels: [volumeOf(grid, image())], label })).toThrow(/case-9.*4 x 3 x 2.*4 x 3 x 3/);
  });
});

describe('mergeFingerprints', () => {
  it('weighs every case the same, whatever its number of foreground voxels', () => {
    const of = (value: number, voxels: number): ReturnType<typeof caseFingerprint> => {
      const data = image();
      const label = new Uint8Array(24);
      for (let k = 0, i = 0; k < voxels; i++) {
        if (i % 4 === 3) continue;
        label[i] = 1;
        data[i] = value;
        k++;
      }
      return caseFingerprint({ id: String(value), channels: [volumeOf(grid, data)], label: volumeOf(grid, label) });
    };
    const { foregroundIntensities } = mergeFingerprints([of(10, 12), of(20, 1), of(60, 3)]);
    expect(foregroundIntensities).toEqual([
      expect.objectContaining({ mean: 30, median: 20, min: 10, max: 60, percentile00_5: 10, percentile99_5: 60 }),
    ]);
    expect(foregroundIntensities[0]!.std).toBeCloseTo(Math.sqrt((400 + 100 + 900) / 3), 10);
  });

  it('has percentiles of the voxels themselves for one case', () => {
    const big = boxGeometry([20, 20, 20]);
    const data = Float32Array.from({ length: 8000 }, (_, i) => i + 1);
    const label = volumeOf(big, new Uint8Array(8000).fill(1));
    const [stats] = mergeFingerprints([caseFingerprint({ id: 'a', channels: [volumeOf(big, data)], label })]).foregroundIntensities;
    // 10000 order statistics of 8000 values: off by at most one value.
    expect(Math.abs(stats!.percentile00_5 - 40)).toBeLessThanOrEqual(1);
    expect(Math.abs(stats!.percentile99_5 - 7960)).toBeLessThanOrEqual(1);
    expect(stats!.mean).toBe(4000.5);
    expect(stats!.std).toBeCloseTo(Math.sqrt((8000 ** 2 - 1) / 12), 6);
  });

  it('names the cases where none has foreground, and passes over a single empty one', () => {
    const empty = caseFingerprint({ id: 'empty-1', channels: [volumeOf(grid, image())], label: volumeOf(grid, new Uint8Array(24)) });
    const full = caseFingerprint({ id: 'full-1', channels: [volumeOf(grid, image())], label: volumeOf(grid, new Uint8Array(24).fill(1)) });
    expect(() => mergeFingerprints([empty])).toThrow(/No foreground voxel in any of 1 cases \(empty-1\)/);
    expect(mergeFingerprints([empty, full]).spacings).toHaveLength(2);
    expect(() => mergeFingerprints([])).toThrow(/No case/);
  });
});
