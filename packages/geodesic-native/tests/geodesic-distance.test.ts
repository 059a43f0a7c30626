import { describe, expect, test } from 'vitest';
import type { Vec3 } from '../src/index.js';
import { bitsOf } from './support/bits.js';
import { distanceOf, type OneClassProblem } from './support/one-class.js';
import { randomNumbers, voxelsOf } from './support/problems.js';

function constantProblem(dims: Vec3, seeds: number[], more: Partial<OneClassProblem> = {}): OneClassProblem {
  const map = new Uint8Array(voxelsOf(dims)).fill(255);
  for (const voxel of seeds) map[voxel] = 1;
  return { dims, spacing: [1, 1, 1], image: new Float32Array(map.length).fill(7), seeds: map, seedClass: 1, ...more };
}

function coordinates(dims: Vec3, voxel: number): Vec3 {
  return [voxel % dims[0], Math.floor(voxel / dims[0]) % dims[1], Math.floor(voxel / (dims[0] * dims[1]))];
}

describe('closed forms on a constant volume', () => {
  const dims: Vec3 = [9, 8, 7];
  const spacing: Vec3 = [1, 2, 3];
  // At most 21 additions of float32 values below 64: 21 half-ulps of 2^-19.
  const tolerance = 21 * 2 ** -19;

  test('6 neighbours: the L1 distance in units of the smallest spacing, plus 1e-5 a step', async () => {
    const distance = await distanceOf(constantProblem(dims, [0], { spacing, weights: { distance: 1 }, cutoff: Infinity }));
    distance.forEach((value, voxel) => {
      const [x, y, z] = coordinates(dims, voxel);
      expect(Math.abs(value - (x + 2 * y + 3 * z + 1e-5 * (x + y + z)))).toBeLessThan(tolerance);
    });
  });

  test('26 neighbours: the chamfer distance', async () => {
    const distance = await distanceOf(constantProblem(dims, [0], { neighbours: 26, weights: { distance: 1 }, cutoff: Infinity }));
    distance.forEach((value, voxel) => {
      const [c, b, a] = [...coordinates(dims, voxel)].sort((u, v) => u - v) as [number, number, number];
      const chamfer = Math.sqrt(3) * c + Math.SQRT2 * (b - c) + (a - b);
      expect(Math.abs(value - (chamfer + 1e-5 * a))).toBeLessThan(tolerance);
    });
  });

  test('the probability term counts 1 - p of every voxel that is entered', async () => {
    const probability = Float32Array.from([1, 0.5, 0.25, 0]);
    const distance = await distanceOf(
      constantProblem([4, 1, 1], [0], { probability, weights: { distance: 0, gradient: 0, probability: 1 } }),
    );
    // Sums of three float32 values below 4.
    [0, 0.5, 1.25, 2.25].forEach((value, x) => expect(Math.abs(distance[x]! - (value + 1e-5 * x))).toBeLessThan(3 * 2 ** -23));
  });

  test('the intensity term takes the channel that changes most', async () => {
    const image = [Float32Array.from([0, 1, 1]), Float32Array.from([0, 0.5, 3])];
    const distance = await distanceOf(
      constantProblem([3, 1, 1], [0], { image, smooth: false, gate: 'none', weights: { distance: 0, gradient: 1, probability: 0 } }),
    );
    [0, 1, 3.5].forEach((value, x) => expect(Math.abs(distance[x]! - (value + 1e-5 * x))).toBeLessThan(3 * 2 ** -23));
  });
});

describe('edges of what may be asked', () => {
  test.each([[1, 1, 1], [17, 1, 1], [1, 33, 1], [1, 1, 9], [16, 15, 1]] as Vec3[])('volume of %i x %i x %i', async (...dims) => {
    const distance = await distanceOf(constantProblem(dims, [0]));
    expect(distance.every((value) => value < 5)).toBe(true);
    expect(distance[0]).toBe(0);
  });

  test('all voxels are seeds; none is', async () => {
    const dims: Vec3 = [4, 4, 4];
    const all = Array.from({ length: 64 }, (_, voxel) => voxel);
    expect(await distanceOf(constantProblem(dims, all))).toEqual(new Float32Array(64));
    expect(await distanceOf(constantProblem(dims, []))).toEqual(new Float32Array(64).fill(Infinity));
  });

  test('seeds behind a sealed wall reach nothing beyond it', async () => {
    const image = Float32Array.from([1, 1, NaN, 1, 1]);
    const distance = await distanceOf(constantProblem([5, 1, 1], [0], { image }));
    expect(Array.from(distance, Number.isFinite)).toEqual([true, true, false, false, false]);
  });

  test('an infinite intensity and a NaN probability are walls too', async () => {
    const image = Float32Array.from([1, 1, 1, Infinity, 1]);
    const probability = Float32Array.from([1, NaN, 1, 1, 1]);
    const distance = await distanceOf(constantProblem([5, 1, 1], [2], { image, probability }));
    expect(distance).toEqual(Float32Array.from([Infinity, Infinity, 0, Infinity, Infinity]));
  });

  test('seeds are never gated', async () => {
    const image = Float32Array.from({ length: 40 }, (_, x) => x);
    const gated = await distanceOf(constantProblem([40, 1, 1], [0], { image, smooth: false, weights: { gradient: 0 } }));
    expect(gated[0]).toBe(0);
    expect(gated[1]).toBe(Infinity);
    // P0.5 + 5 % of the range lies above 2: from a seed on 2 the path into the open leads upwards only.
    const spreading = await distanceOf(constantProblem([40, 1, 1], [2], { image, smooth: false, weights: { gradient: 0 } }));
    expect(spreading[1]).toBe(Infinity);
    expect(spreading[3]).toBeLessThan(1);
  });

  test('a cutoff below the smallest step leaves the seeds alone', async () => {
    const distance = await distanceOf(constantProblem([5, 1, 1], [2], { cutoff: 1e-6 }));
    expect(distance).toEqual(Float32Array.from([Infinity, Infinity, 0, Infinity, Infinity]));
  });

  test('no cap on the number of visited voxels: a large constant region is reached to its last corner', async () => {
    const dims: Vec3 = [160, 160, 160];
    const distance = await distanceOf(constantProblem(dims, [0], { weights: { distance: 0.005 } }));
    // The reference gave up after 2,000,000 voxels; these are twice as many.
    let unreached = 0;
    for (const value of distance) if (value === Infinity) unreached += 1;
    expect(unreached).toBe(0);
    // 477 steps of 0.00501, each rounded below 4: 477 half-ulps.
    expect(Math.abs(distance[distance.length - 1]! - 477 * 0.00501)).toBeLessThan(477 * 2 ** -23);
  });
});

describe('memory', () => {
  const random = randomNumbers(4);
  const dims: Vec3 = [7, 6, 5];
  const image = Float32Array.from({ length: 210 }, random);
  const probability = Float32Array.from({ length: 210 }, random);
  const seeds = constantProblem(dims, [33]).seeds;
  const plain = { dims, spacing: [1, 1, 1] as Vec3, image, probability, seeds, seedClass: 1 };

  test('views with a byte offset are read in place', async () => {
    const shifted = (values: Float32Array) => {
      const view = new Float32Array(new ArrayBuffer(values.byteLength + 12), 12, values.length);
      view.set(values);
      return view;
    };
    const shiftedSeeds = new Uint8Array(new ArrayBuffer(213), 3, 210);
    shiftedSeeds.set(seeds);
    const distance = await distanceOf({ ...plain, image: shifted(image), probability: shifted(probability), seeds: shiftedSeeds });
    expect(bitsOf(distance)).toEqual(bitsOf(await distanceOf(plain)));
  });

  test('shared memory is read in place', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(840));
    shared.set(image);
    expect(bitsOf(await distanceOf({ ...plain, image: shared }))).toEqual(bitsOf(await distanceOf(plain)));
  });

  test('inputs are left as they were', async () => {
    const before = [image.slice(), probability.slice(), seeds.slice()];
    await distanceOf(plain);
    expect([image, probability, seeds]).toEqual(before);
  });
});
