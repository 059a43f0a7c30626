import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classLocations, maskLocations } from '../../src/training/case-locations.js';
import { counterRandom } from '../../src/training/counter-random.js';
import { batchRequests, type SamplerCase } from '../../src/training/patch-sampler.js';

const triple = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }), fc.integer({ min, max }));

const plainCase = (shape: [number, number, number], kind: 'full' | 'pseudo' = 'full'): SamplerCase => ({
  kind,
  shape,
  locations: [],
});

/** Largest deviation of a share from `n` draws that chance explains: five standard deviations. */
const fiveSigma = (share: number, n: number): number => 5 * Math.sqrt((share * (1 - share)) / n);

function draw(cases: SamplerCase[], steps: number, extra: object = {}) {
  return Array.from({ length: steps }, (_, step) =>
    batchRequests({ cases, patch: [4, 4, 4], batch: 2, seed: 3, step, ...extra }),
  );
}

describe('counterRandom', () => {
  test('is uniform: mean, variance and every integer', () => {
    const random = counterRandom(7, 1);
    const values = Array.from({ length: 20_000 }, () => random.uniform());
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    // Five standard errors of mean and variance of 20,000 uniform numbers.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / 20_000));
    expect(new Set(Array.from({ length: 400 }, () => random.integer(10))).size).toBe(10);
  });

  test('streams of neighbouring seeds and counters differ', () => {
    const first = (...key: [number, ...number[]]): number => counterRandom(...key).bits();
    const keys: [number, ...number[]][] = [[0], [1], [2 ** 32], [0, 0], [0, 1], [1, 0], [0, 0, 1], [0, 1, 0]];
    expect(new Set(keys.map((key) => first(...key))).size).toBe(keys.length);
  });
});

describe('batchRequests', () => {
  test('depends on seed and step alone', () => {
    const cases = [plainCase([9, 9, 9]), plainCase([5, 12, 7])];
    const later = draw(cases, 50)[42];
    expect(batchRequests({ cases, patch: [4, 4, 4], batch: 2, seed: 3, step: 42 })).toEqual(later);
    expect(batchRequests({ cases, patch: [4, 4, 4], batch: 2, seed: 4, step: 42 })).not.toEqual(later);
  });

  test('patches stay in the volume, or the volume stays in the patch', () => {
    fc.assert(
      fc.property(triple(1, 20), triple(1, 12), fc.nat(), fc.nat(1000), (shape, patch, seed, step) => {
        const voxels = shape[0] * shape[1] * shape[2];
        const cases: SamplerCase[] = [
          { ...plainCase(shape), locations: [{ class: 1, voxels: Uint32Array.of(0, voxels - 1) }] },
        ];
        for (const { center } of batchRequests({ cases, patch, batch: 3, seed, step })) {
          for (let axis = 0; axis < 3; axis++) {
            const start = center[axis]! - Math.floor(patch[axis]! / 2);
            const slack = shape[axis]! - patch[axis]!;
            expect(start).toBeGreaterThanOrEqual(Math.min(0, slack));
            expect(start).toBeLessThanOrEqual(Math.max(0, slack));
          }
        }
      }),
    );
  });

  test('unforced patches reach every position', () => {
    const starts = new Set(draw([plainCase([6, 4, 5])], 300).map((batch) => `${batch[0]!.center}`));
    expect(starts.size).toBe(3 * 1 * 2);
  });

  test('the last patch of a pair is centred on a random class, each class as often', () => {
    const at = (z: number, y: number, x: number): number => (z * 20 + y) * 20 + x;
    const cases: SamplerCase[] = [
      {
        ...plainCase([20, 20, 20]),
        locations: [
          { class: 1, voxels: Uint32Array.from({ length: 9 }, (_, i) => at(5, 5, 5 + i)) },
          { class: 3, voxels: Uint32Array.of(at(12, 12, 12)) },
        ],
      },
    ];
    const forced = draw(cases, 2000).map((batch) => `${batch[1]!.center}`);
    const rare = forced.filter((center) => center === '12,12,12').length / forced.length;
    expect(Math.abs(rare - 0.5)).toBeLessThan(fiveSigma(0.5, forced.length));
    expect(new Set(forced).size).toBe(10);
  });

  test('a third of a batch is forced: nnU-Net rounds the unforced part', () => {
    const cases: SamplerCase[] = [{ ...plainCase([40, 40, 40]), locations: [{ class: 1, voxels: Uint32Array.of(33_653) }] }];
    const forcedOf = (batch: number): number => {
      const always = Array.from({ length: 40 }, (_, step) =>
        batchRequests({ cases, patch: [4, 4, 4], batch, seed: 0, step }).map(({ center }) => `${center}` === '21,1,13' || `${center}` === '21,2,13'),
      );
      return Array.from({ length: batch }, (_, i) => i).filter((i) => always.every((row) => row[i])).length;
    };
    expect([1, 2, 3, 6, 9].map(forcedOf)).toEqual([0, 1, 1, 2, 3]);
  });

  test('pseudo-labelled cases get their number of patches, at most 80 %', () => {
    const share = (full: number, pseudo: number): number => {
      const cases = [
        ...Array.from({ length: full }, () => plainCase([8, 8, 8])),
        ...Array.from({ length: pseudo }, () => plainCase([8, 8, 8], 'pseudo')),
      ];
      const patches = draw(cases, 3000).flat();
      return patches.filter(({ caseIndex }) => caseIndex >= full).length / patches.length;
    };
    const tolerance = fiveSigma(0.5, 6000);
    expect(Math.abs(share(5, 25) - 0.8)).toBeLessThan(tolerance);
    expect(Math.abs(share(6, 4) - 0.4)).toBeLessThan(tolerance);
    expect(share(0, 3)).toBe(1);
    expect(share(3, 0)).toBe(0);
  });

  test('a quarter of the pseudo-labelled patches is centred on a focus voxel, beside the forced ones', () => {
    const at = (9 * 20 + 9) * 20 + 9;
    const cases: SamplerCase[] = [
      { ...plainCase([20, 20, 20], 'pseudo'), locations: [{ class: 1, voxels: Uint32Array.of(0) }], focus: Uint32Array.of(at) },
    ];
    const patches = draw(cases, 4000);
    const focused = patches.flat().filter(({ center }) => `${center}` === '9,9,9').length / 8000;
    // Uniform patches hit the same centre once in 17^3 draws.
    expect(Math.abs(focused - 0.25)).toBeLessThan(fiveSigma(0.25, 8000));
    expect(patches.every((batch) => `${batch[1]!.center}` === '2,2,2')).toBe(true);
  });

  test('scribble-only cases are sampled where they carry labels', () => {
    const at = (9 * 20 + 9) * 20 + 9;
    const cases: SamplerCase[] = [{ ...plainCase([20, 20, 20]), annotated: Uint32Array.of(at) }];
    expect(draw(cases, 50).flat().every(({ center }) => `${center}` === '9,9,9')).toBe(true);
  });
});

describe('classLocations', () => {
  test('lists present classes where the confidence is positive', () => {
    const label = Uint8Array.of(0, 1, 1, 3, 0, 1, 2);
    const confidence = Float32Array.of(1, 0, 0.5, 1, 1, 0.5, 0);
    const found = classLocations({ label, confidence, classes: 4, seed: 0 });
    expect(found.map(({ class: c, voxels }) => [c, [...voxels]])).toEqual([[1, [2, 5]], [3, [3]]]);
  });

  test('lists a voxel in proportion to its confidence, one without any never', () => {
    const voxels = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.float({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(voxels, fc.nat(), (entries, seed) => {
        const label = Uint8Array.from(entries, ([c]) => c);
        const confidence = Float32Array.from(entries, ([, w]) => w);
        const cap = 500;
        for (const { class: c, voxels: listed } of classLocations({ label, confidence, classes: 3, seed, cap })) {
          const weights = confidence.map((w, v) => (label[v] === c ? w : 0));
          const total = weights.reduce((a, b) => a + b, 0);
          const isEven = new Set(weights.filter((w) => w > 0)).size === 1;
          const entriesOfAll = isEven ? weights.filter((w) => w > 0).length : cap;
          expect(listed.length).toBe(entriesOfAll);
          weights.forEach((w, v) => {
            const times = listed.filter((one) => one === v).length;
            // Rounded up or down; the sums are taken in another precision.
            if (!isEven) expect(Math.abs(times - (cap * w) / total)).toBeLessThan(1 + 1e-3);
            if (w === 0) expect(times).toBe(0);
          });
        }
      }),
    );
  });

  test('a cap draws without replacement, ascending, every voxel equally often', () => {
    const label = new Uint8Array(30).fill(1);
    const counts = new Array<number>(30).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      const [found] = classLocations({ label, classes: 2, seed, cap: 10 });
      const voxels = [...found!.voxels];
      expect(voxels.length).toBe(10);
      expect(voxels).toEqual([...new Set(voxels)].sort((a, b) => a - b));
      for (const v of voxels) counts[v]!++;
    }
    for (const count of counts) expect(Math.abs(count / 2000 - 1 / 3)).toBeLessThan(fiveSigma(1 / 3, 2000));
  });

  test('maskLocations lists the non-zero voxels', () => {
    expect([...maskLocations({ mask: Uint8Array.of(0, 1, 0, 1), seed: 0 })]).toEqual([1, 3]);
  });
});
