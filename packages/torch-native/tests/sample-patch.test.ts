import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePatch } from '../src/index.js';
import { fullAugmentation, noAugmentation, phantomCase } from './helpers.js';

const source = phantomCase(14);
const patch: [number, number, number] = [8, 10, 6];
const center: [number, number, number] = [7, 6, 8];

describe('samplePatch', () => {
  it('without augmentation is an exact crop with confidence 0 outside', () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer({ min: -9, max: 22 }), fc.integer({ min: -9, max: 22 }), fc.integer({ min: -9, max: 22 })), (at) => {
        const drawn = samplePatch({ case: source, request: { caseIndex: 0, center: at, seed: 1 }, patch, augmentation: noAugmentation });
        for (let i = 0; i < drawn.label.length; i += 1) {
          const local = [Math.floor(i / 60), Math.floor(i / 6) % 10, i % 6];
          const [z, y, x] = local.map((offset, axis) => at[axis]! - Math.floor(patch[axis]! / 2) + offset) as [number, number, number];
          const inside = [z, y, x].every((index) => index >= 0 && index < 14);
          const from = (z * 14 + y) * 14 + x;
          expect([drawn.image[i], drawn.label[i], drawn.confidence[i]]).toEqual(inside ? [source.image[from], source.label[from], 1] : [0, 0, 0]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is the same for the same seed and differs between seeds', () => {
    const draw = (seed: number) => samplePatch({ case: source, request: { caseIndex: 0, center, seed }, patch, augmentation: fullAugmentation });
    const drawn = Array.from({ length: 40 }, (_, seed) => draw(seed));
    drawn.forEach((entry, seed) => expect(draw(seed)).toEqual(entry));
    expect(new Set(drawn.map((entry) => String(entry.image))).size).toBeGreaterThan(30);
  });

  it('mirrors only the axes that are switched on', () => {
    // A volume whose values and labels depend on z alone: no transform but a rotation or mirroring of z changes a label.
    const layers = phantomCase(14);
    layers.label.forEach((_, i) => (layers.label[i] = Math.floor(i / 196) < 7 ? 0 : 1));
    const labelsOf = (mirror: [boolean, boolean, boolean]) =>
      new Set(
        Array.from({ length: 60 }, (_, seed) =>
          String(samplePatch({ case: layers, request: { caseIndex: 0, center: [7, 7, 7], seed }, patch, augmentation: { enabled: true, inPlaneAxis: 0, mirror } }).label),
        ),
      );
    expect(labelsOf([false, true, true]).size).toBe(1);
    expect(labelsOf([true, false, false]).size).toBe(2);
  });

  it('keeps the confidence 0 outside the volume under every transform', () => {
    const nowhere = [40, 7, 7] as [number, number, number];
    for (let seed = 0; seed < 40; seed += 1) {
      const drawn = samplePatch({ case: source, request: { caseIndex: 0, center: nowhere, seed }, patch, augmentation: fullAugmentation });
      expect(drawn.confidence.every((value) => value === 0)).toBe(true);
    }
  });

  it('names bad input', () => {
    const request = { caseIndex: 0, center, seed: 2 ** 32 };
    expect(() => samplePatch({ case: source, request, patch, augmentation: noAugmentation })).toThrow(expect.objectContaining({ code: 'InvalidArgumentError' }));
  });
});
