import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceByClass, iou, relativeVolumeDifference } from '../../src/metrics/dice.js';
import { labelScores } from '../../src/metrics/label-scores.js';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';

/** Labels 0 to 3 in runs, so that boxes and runs of all kinds occur. */
const pair = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 })).chain((shape) => {
  const n = shape[0] * shape[1] * shape[2];
  const map = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3), { minLength: n, maxLength: n }).map((values) => Uint16Array.from(values));
  return fc.record({ shape: fc.constant(shape as TensorShape), prediction: map, reference: map });
});

const common = { spacing: [1, 1, 1] as TensorShape, tolerance: 2, faces: 'closed' as const };

describe('labelScores', () => {
  it('counts as the class-wise functions do, whatever else lies beside a label', () => {
    fc.assert(
      fc.property(pair, ({ shape, prediction, reference }) => {
        const found = labelScores({ prediction, reference, shape, labels: [1, 2, 3], ...common });
        const byClass = { prediction, reference, classes: 4 };
        expect(found.map(({ dice }) => dice)).toEqual(diceByClass(byClass).slice(1));
        expect(found.map((score) => score.iou)).toEqual(iou(byClass).slice(1));
        expect(found.map((score) => score.relativeVolumeDifference)).toEqual(relativeVolumeDifference(byClass).slice(1));
        for (const { label, predictionVoxels, referenceVoxels } of found) {
          expect(predictionVoxels).toBe(prediction.filter((v) => v === label).length);
          expect(referenceVoxels).toBe(reference.filter((v) => v === label).length);
        }
      }),
    );
  });

  it('is symmetric but for the volume difference, and does not depend on where in the volume a label lies', () => {
    fc.assert(
      fc.property(pair, ({ shape, prediction, reference }) => {
        const options = { prediction, reference, shape, labels: [1], ...common };
        const [found] = labelScores(options);
        const [swapped] = labelScores({ ...options, prediction: reference, reference: prediction });
        // Sums in another order.
        for (const metric of ['dice', 'iou', 'hd95', 'mssd'] as const) expect(swapped![metric]).toBe(found![metric]);
        for (const metric of ['assd', 'nsd'] as const) {
          if (found![metric] === null || found![metric] === Infinity) expect(swapped![metric]).toBe(found![metric]);
          else expect(swapped![metric]).toBeCloseTo(found![metric], 12);
        }
        const placed = (map: Uint16Array) => {
          const wide = new Uint16Array((shape[0] + 2) * (shape[1] + 2) * (shape[2] + 2));
          map.forEach((v, i) => {
            const [z, y, x] = [Math.floor(i / (shape[1] * shape[2])), Math.floor(i / shape[2]) % shape[1], i % shape[2]];
            wide[((z + 1) * (shape[1] + 2) + y + 1) * (shape[2] + 2) + x + 1] = v;
          });
          return wide;
        };
        const wider = shape.map((n) => n + 2) as TensorShape;
        expect(labelScores({ ...options, shape: wider, prediction: placed(prediction), reference: placed(reference) })[0]).toEqual(found);
      }),
    );
  });

  it('gives no score to a label that both maps lack', () => {
    const empty = new Uint8Array(8);
    expect(labelScores({ prediction: empty, reference: empty, shape: [2, 2, 2], labels: [2], ...common })).toEqual([
      { label: 2, predictionVoxels: 0, referenceVoxels: 0, dice: null, iou: null, relativeVolumeDifference: null, hd95: null, mssd: null, assd: null, nsd: null },
    ]);
  });

  it('with open faces, measures only the surface inside the volume', () => {
    // Two slabs across the whole plane, 3 and 5 slices thick: flat surfaces 2 slices of 1.5 mm apart.
    const slab = (slices: number) => Uint8Array.from({ length: 8 * 4 * 5 }, (_, i) => (i < slices * 20 ? 1 : 0));
    const options = { prediction: slab(3), reference: slab(5), shape: [8, 4, 5] as TensorShape, labels: [1], spacing: [1.5, 1, 1] as TensorShape };
    const open = (tolerance: number) => labelScores({ ...options, tolerance, faces: 'open' })[0]!;
    expect(open(2.99)).toMatchObject({ hd95: 3, mssd: 3, assd: 3, nsd: 0 });
    expect(open(3)).toMatchObject({ nsd: 1 });
    expect(labelScores({ ...options, tolerance: 2.99, faces: 'closed' })[0]!.nsd).toBeGreaterThan(0.5);
  });
});
