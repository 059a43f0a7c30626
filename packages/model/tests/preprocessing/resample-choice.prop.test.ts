import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { resampleLinear } from '../../src/preprocessing/resample.js';
import { resampleLabelLinear, resampleLabelNearest } from '../../src/preprocessing/resample-label.js';
import { restoreProbability, restoreScalar } from '../../src/preprocessing/restore.js';
import { planFor } from '../helpers/plans.js';
import { boxGeometry, randomFloats, volumeOf } from '../helpers/volumes.js';

const edge = fc.integer({ min: 1, max: 8 });
const shapes = fc.tuple(edge, edge, edge) as fc.Arbitrary<TensorShape>;
const coarseAxes = fc.constantFrom(null, 0, 1, 2) as fc.Arbitrary<0 | 1 | 2 | null>;

/** Labels in blocks, so that some neighbourhoods agree and others do not. */
function blockLabels(shape: TensorShape, seed: number): Uint8Array {
  const coarse = randomFloats(64, seed, 0, 4);
  const [, ny, nx] = shape;
  return Uint8Array.from({ length: shape[0] * ny * nx }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    return coarse[((z >> 1) * 16 + (y >> 1) * 4 + (x >> 1)) % 64]!;
  });
}

describe('resampleLabelLinear', () => {
  it("takes the largest of all labels' linear shares", () => {
    fc.assert(
      fc.property(shapes, shapes, coarseAxes, fc.integer({ min: 1, max: 1000 }), (shape, target, coarse, seed) => {
        const label = blockLabels(shape, seed);
        const shares = [0, 1, 2, 3].map((value) =>
          resampleLinear({ data: Float32Array.from(label, (v) => Number(v === value)), shape, target, coarse }),
        );
        const result = resampleLabelLinear({ label, shape, target, coarse });
        const nearest = resampleLabelNearest({ label, shape, target });
        result.forEach((winner, i) => {
          const most = Math.max(...shares.map((share) => share[i]!));
          // Shares are rounded to float32 after each axis: equal ones may differ by three roundings.
          const tied = [0, 1, 2, 3].filter((value) => shares[value]![i]! > most - 4e-7);
          expect(tied).toContain(winner);
          expect(winner).toBe(tied.includes(nearest[i]!) ? nearest[i] : tied[0]);
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe('restoreProbability', () => {
  it('takes the largest of all interpolated probabilities', () => {
    const spacing = fc.double({ min: 0.5, max: 1.6, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(spacing, spacing, fc.constantFrom(1, 4)), fc.integer({ min: 1, max: 1000 }), ([z, y, x], seed) => {
        const geometry = boxGeometry([7, 6, 5], [x, 1, 1]);
        const plan = planFor({ spacing: [z, y, x], shape: [5, 6, 7] });
        const { properties } = preprocessImage({ channels: [volumeOf(geometry, randomFloats(210, seed, 1, 2))], plan });
        const voxels = properties.shape.reduce((a, b) => a * b, 1);
        // Sharpened, so that neighbours often agree.
        const probability = randomFloats(3 * voxels, seed + 1).map((p) => p ** 3);
        const { labelMap } = restoreProbability({ probability, classes: 3, properties, plan });
        const maps = [0, 1, 2].map(
          (c) => restoreScalar({ values: probability.subarray(c * voxels, (c + 1) * voxels), properties, plan }).data,
        );
        labelMap.data.forEach((winner, i) => {
          const most = Math.max(...maps.map((map) => map[i]!));
          // As above: float32 after each axis.
          expect(maps[winner]![i]).toBeGreaterThan(most - 4e-7);
        });
      }),
      { numRuns: 60 },
    );
  });
});
