import { describe, expect, it } from 'vitest';
import { givenProbability } from '../../src/preprocessing/given-probability.js';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { planFor } from '../helpers/plans.js';
import { boxGeometry, volumeOf } from '../helpers/volumes.js';

const grid = boxGeometry([9, 8, 7]);
const image = volumeOf(grid, Float32Array.from({ length: 9 * 8 * 7 }, (_, i) => 1 + (i % 13)));
const plan = planFor({ spacing: [1, 1, 1], shape: [7, 8, 9] });
const { properties } = preprocessImage({ channels: [image], plan });
const classes = plan.dataset.labels.length;
const voxels = 9 * 8 * 7;

function maps(fill: (c: number, voxel: number) => number) {
  return Array.from({ length: classes }, (_, c) => volumeOf(grid, Float32Array.from({ length: voxels }, (_, i) => fill(c, i))));
}

describe('givenProbability', () => {
  it('takes probabilities over where nothing is resampled', () => {
    const given = maps((c, i) => (c === 0 ? 0.25 + 0.5 * (i % 2) : (0.75 - 0.5 * (i % 2)) / (classes - 1)));
    const probability = givenProbability({ volumes: given, properties, plan, file: 'p.nii.gz' });
    given.forEach(({ data }, c) => {
      // One division by a sum that is 1 up to float32 rounding.
      for (let i = 0; i < voxels; i += 7) expect(probability[c * voxels + i]).toBeCloseTo(data[i]!, 6);
    });
  });

  it('makes a label map unsure at its borders and sure within, and sums to 1', () => {
    const label = volumeOf(grid, Uint8Array.from({ length: voxels }, (_, i) => (i % 9 < 4 ? 1 : 0)));
    const probability = givenProbability({ volumes: [label], properties, plan, file: 'l.nii.gz' });
    const row = Array.from({ length: 9 }, (_, x) => probability[voxels + 9 * (4 + 8 * 3) + x]!);
    expect([...row].sort((a, b) => b - a)).toEqual(row);
    expect(row[3]! + row[4]!).toBeCloseTo(1, 2); // symmetric about the border, up to the edge of the volume
    expect(row[0]).toBeGreaterThan(0.9);
    for (let i = 0; i < voxels; i++) {
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += probability[c * voxels + i]!;
      expect(sum).toBeCloseTo(1, 5); // float32 additions of C terms
    }
  });

  it.each([
    ['another number of volumes', maps(() => 1 / classes).concat(maps(() => 0)), /dim\[4\].*probabilities, or one label map/],
    ['a value above 1', maps(() => 1.5), /p\.nii\.gz.*values from 0 to 1.*1\.5/],
    ['an unknown class', [volumeOf(grid, new Uint8Array(voxels).fill(9))], /whole numbers from 0.*9/],
    ['another grid', [volumeOf(boxGeometry([9, 8, 6]), new Uint8Array(9 * 8 * 6))], /p\.nii\.gz.*9 x 8 x 7.*9 x 8 x 6/],
  ])('refuses %s', (_, volumes, message) => {
    expect(() => givenProbability({ volumes, properties, plan, file: 'p.nii.gz' })).toThrow(message);
  });
});
