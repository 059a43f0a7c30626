import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { geometryFromAffine, scatterSeeds, UNMARKED, type Affine, type Geometry, type Vec3 } from '../src/index.js';

const grid = (dims: Vec3, spacing = 1, x = 0): Geometry =>
  geometryFromAffine(dims, [spacing, 0, 0, x, 0, spacing, 0, 0, 0, 0, spacing, 0, 0, 0, 0, 1]);
const line = (values: number[], spacing = 1, x = 0) => ({ geometry: grid([values.length, 1, 1], spacing, x), data: Uint8Array.from(values) });

describe('two source voxels on one target voxel', () => {
  const coarse = grid([2, 1, 1], 2, 0.5);
  const merged = (...values: number[]) => [...scatterSeeds(line(values), coarse).seedMap];
  test('equal classes', () => expect(merged(1, 1, 2, 2)).toEqual([1, 2]));
  test('a tie goes to the non-background', () => expect(merged(0, 1, 2, 0)).toEqual([1, 2]));
  test('a tie of two classes goes to the lower', () => expect(merged(2, 1, 1, 2)).toEqual([1, 1]));
  test('unmarked does not vote', () => expect(merged(UNMARKED, 0, UNMARKED, UNMARKED)).toEqual([0, UNMARKED]));
  test('the most frequent wins, background too', () => {
    const seeds = line([0, 1, 0], 1, -1);
    expect([...scatterSeeds(seeds, grid([1, 1, 1], 4)).seedMap]).toEqual([0]);
  });
});

test('a finer target gets points, not blocks', () => {
  const { seedMap, marked, dropped } = scatterSeeds(line([1, UNMARKED, 2], 2), grid([6, 1, 1]));
  expect([...seedMap]).toEqual([1, UNMARKED, UNMARKED, UNMARKED, 2, UNMARKED]);
  expect({ marked, dropped }).toEqual({ marked: 2, dropped: 0 });
});

test('seeds outside the target are dropped and counted', () => {
  const { seedMap, marked, dropped } = scatterSeeds(line([1, 1, 1, 1]), grid([2, 1, 1], 1, 1));
  expect([...seedMap]).toEqual([1, 1]);
  expect({ marked, dropped }).toEqual({ marked: 2, dropped: 2 });
});

test('a centre on the border between two voxels goes upwards, whatever the rounding of the affine', () => {
  for (const scale of [0.1, 0.3, 0.7, 1.1]) {
    for (const origin of [0, -12.3, 45.6, 101.7]) {
      const seeds = { geometry: grid([2, 1, 1], scale, origin), data: Uint8Array.of(UNMARKED, 1) };
      expect([...scatterSeeds(seeds, grid([2, 1, 1], 2 * scale, origin)).seedMap]).toEqual([UNMARKED, 1]);
    }
  }
});

const size = fc.integer({ min: 1, max: 4 });
const seedMap = fc.tuple(size, size, size).chain((dims) =>
  fc.array(fc.constantFrom(0, 1, 2, UNMARKED), { minLength: 64, maxLength: 64 }).map((values) => ({
    geometry: grid(dims as Vec3, 1.5, -20),
    data: Uint8Array.from(values.slice(0, dims[0] * dims[1] * dims[2])),
  })),
);

test('onto its own grid the seed map stays as it is', () => {
  fc.assert(
    fc.property(seedMap, (seeds) => {
      const scattered = scatterSeeds(seeds, seeds.geometry);
      expect(scattered.seedMap).toEqual(seeds.data);
      expect(scattered.dropped).toBe(0);
      expect(scattered.marked).toBe(seeds.data.filter((seed) => seed !== UNMARKED).length);
    }),
  );
});

test('flipping the target flips the result', () => {
  fc.assert(
    fc.property(seedMap, (seeds) => {
      const { dims, affine } = seeds.geometry;
      const flipped: Affine = affine.map((entry, k) => (k === 0 ? -entry : k === 3 ? entry + affine[0]! * (dims[0] - 1) : entry));
      const { seedMap: result } = scatterSeeds(seeds, geometryFromAffine(dims, flipped));
      const expected = seeds.data.map((_, k) => seeds.data[k - (k % dims[0]) + dims[0] - 1 - (k % dims[0])]!);
      expect(result).toEqual(expected);
    }),
  );
});
