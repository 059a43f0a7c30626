import { describe, expect, test } from 'vitest';
import { geometryFromAffine, seedMapFromLabelMap, type SeedMapSource } from '../src/index.js';
import { errorOf } from './helpers/error-of.js';

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const seeds = (values: number[], source: Omit<SeedMapSource, 'file'>) =>
  seedMapFromLabelMap({ geometry: geometryFromAffine([values.length, 1, 1], identity), data: Int16Array.from(values) }, { ...source, file: 'scribble.nii' });

describe('meaning of source values', () => {
  test('unmarked 0: no background scribbles', () => {
    expect([...seeds([0, 1, 2], { classes: 3, unmarked: 0 }).data]).toEqual([255, 1, 2]);
  });
  test('unmarked K+1, as in ACDC scribbles: 0 is the background scribble', () => {
    expect([...seeds([0, 1, 2, 3, 4], { classes: 4, unmarked: 4 }).data]).toEqual([0, 1, 2, 3, 255]);
  });
  test('unmarked -1, as the reference system', () => {
    expect([...seeds([-1, 0, 1], { classes: 2, unmarked: -1 }).data]).toEqual([255, 0, 1]);
  });
  test('an own value for the background', () => {
    expect([...seeds([0, 1, 9], { classes: 2, unmarked: 0, background: 9 }).data]).toEqual([255, 1, 0]);
  });
});

describe('errors', () => {
  test('unknown values are listed', () => {
    const error = errorOf(() => seeds([0, 7, 1, 5, 7], { classes: 3, unmarked: 0 }));
    expect(error.code).toBe('InvalidScribbleError');
    expect(error.detail).toMatchObject({ file: 'scribble.nii', received: '5, 7' });
  });
  test('0 is unknown where unmarked and background have other values', () => {
    expect(errorOf(() => seeds([0], { classes: 2, unmarked: 4, background: 5 })).detail.received).toBe('0');
  });
  test('many unknown values are counted', () => {
    const error = errorOf(() => seeds(Array.from({ length: 30 }, (_, k) => k + 10), { classes: 2, unmarked: 0 }));
    expect(error.detail.received).toMatch(/^10, .*19 and 20 more$/);
  });
  test.each([
    { classes: 4, unmarked: 3 },
    { classes: 4, unmarked: 0, background: 2 },
    { classes: 4, unmarked: 0, background: 0 },
  ])('a value with two meanings: %o', (source) => {
    const error = errorOf(() => seeds([0], source));
    expect(error.code).toBe('InvalidScribbleError');
    expect(error.message).toContain('two meanings');
  });
  test.each([1, 256, 2.5])('%d classes', (classes) => {
    expect(errorOf(() => seeds([0], { classes, unmarked: 0 })).code).toBe('InvalidArgumentError');
  });
});
