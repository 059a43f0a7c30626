import { describe, expect, test } from 'vitest';
import { listDataset, loadCase } from '../src/node/index.js';
import { makePhantom, mulberry32, phantomLabels, writePhantomDataset } from '../src/testing/index.js';
import { sameVoxels } from './helpers/same-voxels.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

test('mulberry32 gives its known first numbers', () => {
  // Seed 1 begins with 0.62707394 and 0.00273572.
  const random = mulberry32(1);
  expect([random(), random()].map((value) => Math.floor(value * 2 ** 32))).toEqual([2693262067, 11749833]);
});

describe('makePhantom', () => {
  test('equal seeds give equal voxels, other seeds other shapes', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => makePhantom({ seed }));
    expect(sameVoxels(first!.image.data, again!.image.data)).toBe(true);
    expect(sameVoxels(first!.label.data, again!.label.data)).toBe(true);
    expect(sameVoxels(first!.label.data, other!.label.data)).toBe(false);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed))('seed %d: every class is there, organs keep their sides, intensities differ', (seed) => {
    const { image, label } = makePhantom({ seed });
    const [nx] = label.geometry.dims;
    const sums = phantomLabels.map(() => ({ count: 0, intensity: 0, x: 0 }));
    label.data.forEach((value, k) => {
      const sum = sums[value]!;
      sum.count++;
      sum.intensity += image.data[k]!;
      sum.x += k % nx;
    });
    const [background, large, small, lesion] = sums.map(({ count, intensity, x }) => ({ count, intensity: intensity / count, x: x / count }));
    expect(lesion!.count).toBeGreaterThan(60);
    expect(small!.count).toBeGreaterThan(lesion!.count);
    expect(large!.count).toBeGreaterThan(small!.count);
    expect(background!.count).toBeGreaterThan(label.data.length / 2);
    expect(large!.x).toBeLessThan(nx / 2);
    expect(small!.x).toBeGreaterThan(nx / 2);
    expect(small!.intensity).toBeLessThan(background!.intensity - 20);
    expect(large!.intensity).toBeGreaterThan(background!.intensity + 20);
    expect(lesion!.intensity).toBeGreaterThan(large!.intensity + 20);
  });

  test('dims and spacing are as asked, the shapes scale with them', () => {
    const { image, label } = makePhantom({ seed: 3, dims: [16, 20, 7], spacing: [3, 3, 6] });
    expect(image.geometry.spacing).toEqual([3, 3, 6]);
    expect(label.data).toHaveLength(16 * 20 * 7);
    expect(new Set(label.data)).toEqual(new Set([0, 1, 2, 3]));
  });
});

test('the phantom data set is listed and loaded like any other', async () => {
  const dir = temporaryFolder();
  const ids = await writePhantomDataset(dir, { cases: 3, seed: 5, dims: [12, 14, 10], spacing: [3, 3, 3] });
  const listing = await listDataset(dir, 'auto');
  expect(listing.layout).toBe('msd');
  expect(listing.description).toEqual({ name: 'Phantom', labels: phantomLabels, channels: ['MRI'] });
  expect(listing.cases.map(({ id }) => id)).toEqual(ids);
  const loaded = await loadCase(dir, listing, 'phantom_002', { trustImageGeometry: false });
  const { image, label } = makePhantom({ seed: 5002, dims: [12, 14, 10], spacing: [3, 3, 3] });
  expect(loaded).toEqual({ channels: [image], label });
});
