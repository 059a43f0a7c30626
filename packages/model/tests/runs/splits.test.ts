import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSplits, parseSplits } from '../../src/runs/splits.js';

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, k) => `case_${String(k).padStart(3, '0')}`);

describe('makeSplits', () => {
  test('every case validates once and trains in all other folds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 2, max: 10 }), fc.nat(), (count, wanted, seed) => {
        const ids = idsOf(count);
        const folds = Math.min(wanted, count);
        const splits = makeSplits({ ids, folds, seed });
        expect(splits.flatMap(({ val }) => val).sort()).toEqual(ids);
        for (const { train, val } of splits) {
          expect([...train, ...val].sort()).toEqual(ids);
          expect(train).toEqual([...train].sort());
        }
        const sizes = splits.map(({ val }) => val.length);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        expect(sizes[0]! - sizes.at(-1)!).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('follows from the seed and not from the order of the ids', () => {
    const ids = idsOf(12);
    const splits = makeSplits({ ids, folds: 5, seed: 3 });
    expect(makeSplits({ ids: [...ids].reverse(), folds: 5, seed: 3 })).toEqual(splits);
    expect(makeSplits({ ids, folds: 5, seed: 4 })).not.toEqual(splits);
    // Shuffled, not cut from the sorted list.
    expect(splits[0]!.val).not.toEqual(ids.slice(0, 3));
  });

  test('more folds than cases are refused, naming the option', () => {
    expect(() => makeSplits({ ids: idsOf(3), folds: 5, seed: 0 })).toThrow(/--folds.*2 to 3.*received 5.*--fold all/s);
    expect(() => makeSplits({ ids: idsOf(1), folds: 2, seed: 0 })).toThrow(/at least 2 labelled cases.*received 1/s);
  });
});

describe('parseSplits', () => {
  const ids = idsOf(3);
  const parse = (value: unknown) => parseSplits(JSON.stringify(value), { file: 'splits_final.json', ids });

  test("takes nnU-Net's file, cases left out included", () => {
    const splits = [{ train: ['case_000'], val: ['case_002'] }];
    expect(parse(splits)).toEqual(splits);
  });

  test.each([
    ['an unknown case', [{ train: ['case_007'], val: [] }], /splits_final\.json, 0\.train.*case_007/s],
    ['a case on both sides', [{ train: ['case_000'], val: [] }, { train: ['case_001'], val: ['case_001'] }], /1\.val.*case_001 in train and val/s],
    ['a case twice', [{ train: ['case_001', 'case_001'], val: [] }], /0\.train.*case_001 twice/s],
    ['a fold without training', [{ train: [], val: ['case_001'] }], /0\.train/],
    ['something else', { train: [] }, /root.*splits_final/s],
  ])('refuses %s', (_, value, message) => {
    expect(() => parse(value)).toThrow(message);
  });
});
