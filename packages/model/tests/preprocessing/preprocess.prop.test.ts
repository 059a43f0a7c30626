import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vec3 } from '@geoscribe/core-io';
import { diceByClass } from '../../src/metrics/dice.js';
import { fillHoles } from '../../src/morphology/fill-holes.js';
import { cropInto } from '../../src/preprocessing/crop.js';
import { inverseOrder, permuteInto, permuteShape } from '../../src/preprocessing/permute.js';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { preprocessLabel } from '../../src/preprocessing/preprocess-label.js';
import { resampleLabelLinear, resampleLabelNearest } from '../../src/preprocessing/resample-label.js';
import { resampleCubic, resampleLinear } from '../../src/preprocessing/resample.js';
import { restoreProbability } from '../../src/preprocessing/restore.js';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import { planFor } from '../helpers/plans.js';
import { boxGeometry, randomFloats, twoBalls, volumeOf } from '../helpers/volumes.js';

const orders: TensorShape[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const edge = fc.integer({ min: 1, max: 9 });
const shapes = fc.tuple(edge, edge, edge) as fc.Arbitrary<TensorShape>;

describe('permuteInto', () => {
  it('is undone by the inverse order', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(...orders), (shape, order) => {
        const data = randomFloats(shape[0] * shape[1] * shape[2], 2);
        const there = permuteInto(data.slice(), data, shape, order);
        expect(permuteInto(data.slice(), there, permuteShape(shape, order), inverseOrder(order))).toEqual(data);
      }),
    );
  });
});

describe('resampling', () => {
  it('keeps a constant, stays within the range of its input and returns it for equal shapes', () => {
    fc.assert(
      fc.property(shapes, shapes, fc.constantFrom(null, 0, 1, 2) as fc.Arbitrary<0 | 1 | 2 | null>, (shape, target, coarse) => {
        const voxels = shape[0] * shape[1] * shape[2];
        // The filter's gain is 1 up to a few float64 roundings; the clamp then makes it exact.
        expect(new Set(resampleCubic({ data: new Float32Array(voxels).fill(3.25), shape, target, coarse }))).toEqual(new Set([3.25]));
        const data = randomFloats(voxels, 4, -5, 5);
        for (const resample of [resampleCubic, resampleLinear]) {
          for (const value of resample({ data, shape, target, coarse })) {
            expect(value).toBeGreaterThanOrEqual(Math.min(...data) - 1e-6);
            expect(value).toBeLessThanOrEqual(Math.max(...data) + 1e-6);
          }
          expect(resample({ data, shape, target: shape, coarse })).toBe(data);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('mirrors with its input', () => {
    fc.assert(
      fc.property(shapes, shapes, (shape, target) => {
        const data = randomFloats(shape[0] * shape[1] * shape[2], 6, -1, 1);
        const there = resampleCubic({ data, shape, target, coarse: null });
        const mirrored = resampleCubic({ data: data.slice().reverse(), shape, target, coarse: null }).reverse();
        // Forward and backward filter passes change places: float32 roundings between the axes.
        there.forEach((v, i) => expect(Math.abs(v - mirrored[i]!)).toBeLessThan(4e-6));
      }),
      { numRuns: 50 },
    );
  });

  it('invents no label and is exact for equal shapes', () => {
    fc.assert(
      fc.property(shapes, shapes, (shape, target) => {
        const label = Uint8Array.from(randomFloats(shape[0] * shape[1] * shape[2], 1, 0, 4));
        const known = new Set([...label, 0]);
        for (const result of [resampleLabelLinear({ label, shape, target, coarse: null }), resampleLabelNearest({ label, shape, target })]) {
          expect([...result].every((v) => known.has(v))).toBe(true);
        }
        expect(resampleLabelLinear({ label, shape, target: shape, coarse: null })).toEqual(label);
        expect(resampleLabelNearest({ label, shape, target: shape })).toEqual(label);
      }),
      { numRuns: 50 },
    );
  });
});

describe('preprocessImage', () => {
  it('finds the same holes in the crop as in the whole volume', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 500 }), (shape, seed) => {
        const voxels = shape[0] * shape[1] * shape[2];
        // Mostly walls, so that there are holes; the first voxel differs, so that the image is not constant.
        const data = randomFloats(voxels, seed).map((v, i) => (v < 0.35 ? 0 : 1 + Number(i === 0)));
        fc.pre(data.some((v) => v !== data[0]) && data.some((v) => v !== 0));
        const [nz, ny, nx] = shape;
        const plan = planFor({ spacing: [1, 1, 1], shape, channels: ['noNorm'] });
        const { validMask, properties } = preprocessImage({ channels: [volumeOf(boxGeometry([nx, ny, nz]), data)], plan });
        const whole = fillHoles({ mask: Uint8Array.from(data, (v) => Number(v !== 0)), shape });
        const cropped = cropInto(new Uint8Array(validMask.length), whole, shape, properties.crop);
        expect(validMask).toEqual(cropped);
      }),
      { numRuns: 60 },
    );
  });
});

describe('preprocess and restore', () => {
  it('keeps Dice above 0.97 through another spacing', () => {
    const factor = fc.double({ min: 0.6, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(factor, factor, factor), fc.integer({ min: 0, max: 2 }), (factors, coarse) => {
        const spacing: Vec3 = [1, 1.1, 1.2];
        spacing[coarse]! += 0.4;
        const dims: Vec3 = [44, 40, 36];
        const geometry = boxGeometry(dims, spacing);
        const label = twoBalls(dims, spacing);
        const target = [spacing[2] * factors[0], spacing[1] * factors[1], spacing[0] * factors[2]] as TensorShape;
        const plan = planFor({ spacing: target, shape: [36, 40, 44] });
        const { properties } = preprocessImage({ channels: [volumeOf(geometry, randomFloats(label.length, 3, 1, 2))], plan });
        const onPlan = preprocessLabel({ label: volumeOf(geometry, label), properties, plan });
        const probability = new Float32Array(3 * onPlan.length);
        onPlan.forEach((c, i) => (probability[c * onPlan.length + i] = 1));
        const { labelMap } = restoreProbability({ probability, classes: 3, properties, plan });
        for (const dice of diceByClass({ prediction: labelMap.data, reference: label, classes: 3 })) expect(dice).toBeGreaterThan(0.97);
      }),
      { numRuns: 15 },
    );
  });
});
