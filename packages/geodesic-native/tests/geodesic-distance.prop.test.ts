import fc from 'fast-check';
import { expect, test } from 'vitest';
import { geodesicDistance, type StepWeights } from '../src/index.js';
import { bitsOf } from './support/bits.js';
import { distanceOf, referenceOf, violationsOf } from './support/one-class.js';
import { distanceProblems, randomNumbers, voxelsOf } from './support/problems.js';
import { turnAxes, turns, turnVolumes } from './support/turns.js';

const runs = { numRuns: 150 };

test.each(['tiles', 'bucket', 'heap'] as const)('%s equals the TypeScript oracle bit for bit', async (algorithm) => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, fc.integer({ min: 1, max: 4 }), async (problem, threads) => {
      expect(bitsOf(await distanceOf({ ...problem, algorithm, threads }))).toEqual(bitsOf(referenceOf(problem)));
    }),
    runs,
  );
});

test('all classes at once give what each gives alone', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, async ({ seedClass, probability, ...rest }) => {
      const classes = [{ seedClass: 0 }, { seedClass, probability }, { seedClass: 2, distanceWeight: 0.2 }];
      const together = await geodesicDistance({ ...rest, classes });
      for (const [index, one] of classes.entries()) {
        const alone = await geodesicDistance({ ...rest, classes: [one] });
        expect(bitsOf(together.distances[index]!)).toEqual(bitsOf(alone.distances[0]!));
        expect(together.reachedVoxels[index]).toBe(alone.distances[0]!.filter((d) => d < Infinity).length);
      }
    }),
    runs,
  );
});

test('passes its certificate, and a changed voxel does not', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, fc.nat(), async (problem, pick) => {
      const distance = await distanceOf(problem);
      expect(await violationsOf(problem, distance)).toEqual({ violations: 0, first: null });
      // Beyond it float32 no longer tells a distance from the same distance one step further.
      fc.pre(distance.every((value) => value === Infinity || value < 256));
      const voxel = pick % distance.length;
      distance[voxel] = distance[voxel] === Infinity ? 0.5 : distance[voxel]! + 0.25;
      const report = await violationsOf(problem, distance);
      expect(report.violations).toBeGreaterThan(0);
    }),
    runs,
  );
});

test('flips and permutations of the axes with their spacing give the same bits', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, turns, async (problem, turn) => {
      const turned = turnVolumes(problem.dims, turn);
      const distance = await distanceOf({
        ...problem,
        dims: turnAxes(problem.dims, turn),
        spacing: turnAxes(problem.spacing, turn),
        image: (problem.image as Float32Array[]).map(turned),
        seeds: turned(problem.seeds),
        ...(problem.probability && { probability: turned(problem.probability) }),
        ...(problem.mask && { mask: turned(problem.mask) }),
      });
      expect(bitsOf(distance)).toEqual(bitsOf(turned(await distanceOf(problem))));
    }),
    runs,
  );
});

test('it does not matter where tiles begin: the same volume inside a larger one, behind a mask', async () => {
  const margin = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 10 }));
  await fc.assert(
    fc.asyncProperty(distanceProblems, margin, async (drawn, before) => {
      const problem = { ...drawn, smooth: false, gate: 'none' as const, mask: drawn.mask ?? new Uint8Array(drawn.seeds.length).fill(1) };
      const outer = problem.dims.map((size, axis) => size + before[axis]!) as [number, number, number];
      const inside = Array.from(problem.seeds, (_, voxel) => {
        const [x, y, z] = [voxel % problem.dims[0], Math.floor(voxel / problem.dims[0]) % problem.dims[1], Math.floor(voxel / (problem.dims[0] * problem.dims[1]))];
        return x + before[0] + outer[0] * (y + before[1] + outer[1] * (z + before[2]));
      });
      const embedded = <Values extends Float32Array | Uint8Array>(values: Values, rest: number): Values => {
        const large = new (values.constructor as new (size: number) => Values)(voxelsOf(outer)).fill(rest) as Values;
        inside.forEach((place, voxel) => (large[place] = values[voxel]!));
        return large;
      };
      const large = await distanceOf({
        ...problem,
        dims: outer,
        image: (problem.image as Float32Array[]).map((channel) => embedded(channel, 0)),
        seeds: embedded(problem.seeds, 255),
        mask: embedded(problem.mask, 0),
        ...(problem.probability && { probability: embedded(problem.probability as Float32Array, 1) }),
      });
      expect(bitsOf(Float32Array.from(inside, (place) => large[place]!))).toEqual(bitsOf(await distanceOf(problem)));
    }),
    runs,
  );
});

test('the distance from a union of seeds is the smaller of both distances', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, fc.integer(), async (problem, seed) => {
      const random = randomNumbers(seed);
      const half = problem.seeds.map((value) => (value === 1 && random() < 0.5 ? 3 : value));
      const a = await distanceOf({ ...problem, seeds: half });
      const b = await distanceOf({ ...problem, seeds: half, seedClass: 3 });
      const union = await distanceOf(problem);
      expect(bitsOf(union)).toEqual(bitsOf(a.map((value, voxel) => Math.min(value, b[voxel]!))));
    }),
    runs,
  );
});

test('more seeds never lengthen a distance', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, fc.integer(), async (problem, seed) => {
      const random = randomNumbers(seed);
      const before = await distanceOf(problem);
      const after = await distanceOf({ ...problem, seeds: problem.seeds.map((value) => (random() < 0.05 ? 1 : value)) });
      expect(after.every((value, voxel) => value <= before[voxel]!)).toBe(true);
    }),
    runs,
  );
});

test('all weights doubled, and the cutoff, double the distance but for the constant', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, async (problem) => {
      // Without the constant 1e-5 doubling would be exact; with it, a path of at most 1728 steps differs by 1e-5 a step.
      const { distance, gradient, probability } = problem.weights as StepWeights;
      const single = await distanceOf({ ...problem, cutoff: Infinity });
      const doubled = await distanceOf({ ...problem, cutoff: Infinity, weights: { distance: 2 * distance, gradient: 2 * gradient, probability: 2 * probability } });
      doubled.forEach((value, voxel) => {
        expect(value === Infinity).toBe(single[voxel] === Infinity);
        if (value === Infinity) return;
        // 1728 roundings, each below 2^-24 of the value.
        const tolerance = 1728 * (1e-5 + value * 2 ** -24);
        expect(Math.abs(value - 2 * single[voxel]!)).toBeLessThanOrEqual(tolerance);
      });
    }),
    runs,
  );
});

test('more walls never shorten a distance', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, fc.integer(), async (problem, seed) => {
      const random = randomNumbers(seed);
      const open = await distanceOf({ ...problem, mask: undefined });
      const walled = await distanceOf({ ...problem, mask: problem.seeds.map(() => (random() < 0.3 ? 0 : 1)) });
      expect(walled.every((value, voxel) => value >= open[voxel]!)).toBe(true);
    }),
    runs,
  );
});

test('cutting at T equals the uncut distance with everything above T unreached', async () => {
  await fc.assert(
    fc.asyncProperty(distanceProblems, fc.nat(), async (problem, pick) => {
      const uncut = await distanceOf({ ...problem, cutoff: Infinity });
      const reached = uncut.filter((value) => value > 0 && value < Infinity);
      const cutoff = reached[pick % Math.max(1, reached.length)] ?? 1;
      const cut = await distanceOf({ ...problem, cutoff });
      expect(bitsOf(cut)).toEqual(bitsOf(uncut.map((value) => (value <= cutoff ? value : Infinity))));
    }),
    runs,
  );
});

test('intensities halved and their weight doubled give the same bits', async () => {
  // Powers of two are exact in float32 away from its least exponents: `wild` volumes are left out by the filter.
  const moderate = distanceProblems.filter((problem) =>
    (problem.image as Float32Array[]).every((channel) => channel.every((v) => v === 0 || !Number.isFinite(v) || (Math.abs(v) > 1e-20 && Math.abs(v) < 1e20))),
  );
  await fc.assert(
    fc.asyncProperty(moderate, async (problem) => {
      const scaled = {
        ...problem,
        image: (problem.image as Float32Array[]).map((channel) => channel.map((value) => value / 2)),
        weights: { ...problem.weights, gradient: problem.weights!.gradient! * 2 },
      };
      expect(bitsOf(await distanceOf(scaled))).toEqual(bitsOf(await distanceOf(problem)));
    }),
    runs,
  );
});
