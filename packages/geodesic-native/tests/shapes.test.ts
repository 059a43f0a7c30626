import { describe, expect, test } from 'vitest';
import { geodesicDistance, verifyFixedPoint, type Algorithm, type DistanceProblem, type Neighbourhood, type Vec3 } from '../src/index.js';
import { bitsOf } from './support/bits.js';
import { randomNumbers, voxelsOf } from './support/problems.js';

/** Edges around those of a tile, 32 x 16 x 8, in every place. */
const shapes: Vec3[] = [
  [1, 1, 1], [65, 1, 1], [1, 65, 1], [1, 1, 33], [31, 15, 7], [32, 16, 8], [33, 17, 9], [63, 33, 1], [65, 16, 7], [9, 31, 15], [8, 8, 31],
  [17, 63, 9], [7, 65, 16], [33, 9, 32],
];

const others: Algorithm[] = ['bucket', 'heap'];

function noisy(dims: Vec3, neighbours: Neighbourhood, more: Partial<DistanceProblem> = {}): DistanceProblem {
  const n = voxelsOf(dims);
  const random = randomNumbers(n);
  const seeds = new Uint8Array(n).fill(255);
  // Corners of the volume, a duplicate class on neighbouring voxels, something in the middle.
  seeds[0] = 1;
  seeds[n - 1] = 2;
  seeds[Math.floor(n / 2)] = 1;
  if (n > 3) seeds[Math.floor(n / 2) + 1] = 2;
  return {
    dims, spacing: [1, 1.5, 2], image: Float32Array.from({ length: n }, random), seeds, neighbours, cutoff: Infinity,
    classes: [{ seedClass: 1, probability: Float32Array.from({ length: n }, random) }, { seedClass: 2 }, { seedClass: 3 }], ...more,
  };
}

describe.each([6, 26] as const)('%i neighbours: every algorithm and number of threads gives the same bits', (neighbours) => {
  test.each(shapes)('%i x %i x %i', async (...dims) => {
    const problem = noisy(dims, neighbours);
    const { distances } = await geodesicDistance({ ...problem, threads: 3 });
    for (const algorithm of others) {
      expect((await geodesicDistance({ ...problem, algorithm })).distances.map(bitsOf)).toEqual(distances.map(bitsOf));
    }
    expect((await geodesicDistance({ ...problem, threads: 1 })).distances.map(bitsOf)).toEqual(distances.map(bitsOf));
    expect(await verifyFixedPoint({ ...problem, distances })).toEqual({ violations: 0, first: null });
  });
});

test('a class without seeds is unreached everywhere, whatever the outputs held', async () => {
  const problem = noisy([33, 17, 9], 6);
  const outputs = problem.classes.map(() => new Float32Array(voxelsOf(problem.dims)).fill(1));
  const { distances, reachedVoxels } = await geodesicDistance({ ...problem, outputs });
  expect(distances[2]!.every((d) => d === Infinity)).toBe(true);
  expect(reachedVoxels[2]).toBe(0);
});

test('one stroke reaches through every tile of a large volume to the last corner', async () => {
  const dims: Vec3 = [97, 65, 41];
  const n = voxelsOf(dims);
  const seeds = new Uint8Array(n).fill(255);
  seeds[0] = 1;
  const problem: DistanceProblem = { dims, spacing: [1, 1, 1], image: new Uint8Array(n), seeds, classes: [{ seedClass: 1 }] };
  const { distances, reachedVoxels } = await geodesicDistance(problem);
  expect(reachedVoxels).toEqual([n]);
  expect(await verifyFixedPoint({ ...problem, distances })).toEqual({ violations: 0, first: null });
});

test('the certificate names the first voxel that is wrong', async () => {
  const problem = noisy([33, 17, 9], 6);
  const { distances } = await geodesicDistance(problem);
  distances[1]![700] = distances[1]![700]! + 1e-6;
  const report = await verifyFixedPoint({ ...problem, distances });
  expect(report.violations).toBeGreaterThan(0);
  expect(report.first!.seedClass).toBe(2);
  expect(report.first!.voxel).toBeLessThanOrEqual(700);
});
