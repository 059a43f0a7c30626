import { describe, expect, test } from 'vitest';
import { applyAffine, assertSameGeometry, compareGeometry, geometryFromAffine, invertAffine, toCanonical, toTensorShape, type Affine } from '../src/index.js';
import { errorOf } from './helpers/error-of.js';

const at = (x: number): Affine => [2, 0, 0, x, 0, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1];

test('tensor shape reverses the axes', () => expect(toTensorShape([3, 4, 5])).toEqual([5, 4, 3]));

test('the inverse affine takes a world point back to its index', () => {
  const affine = [0, 2, 0, 1, -3, 0, 0, 2, 0.5, 0, 4, 3, 0, 0, 0, 1];
  const back = applyAffine(invertAffine(affine), applyAffine(affine, [1, 2, 3]));
  // 1e-12: a handful of double operations on numbers below 20.
  back.forEach((value, k) => expect(value).toBeCloseTo([1, 2, 3][k]!, 12));
});

describe('geometries agree', () => {
  const a = geometryFromAffine([4, 5, 6], at(0));
  test('up to 0.1 x the smallest spacing, measured at the corners', () => {
    expect(compareGeometry(a, geometryFromAffine([4, 5, 6], at(0.199)))).toMatchObject({ agree: true });
    const { agree, largestDeviation } = compareGeometry(a, geometryFromAffine([4, 5, 6], at(0.201)));
    expect(agree).toBe(false);
    // 1e-12: double rounding of numbers below 30.
    expect(largestDeviation).toBeCloseTo(0.201, 12);
  });

  test('a slightly wrong spacing adds up over the axis', () => {
    const stretched = geometryFromAffine([4, 5, 6], [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 5.05, 0, 0, 0, 0, 1]);
    // Far corner at index 5.5: 5.5 x 0.05 = 0.275 mm.
    expect(compareGeometry(a, stretched).largestDeviation).toBeCloseTo(0.275, 12);
    expect(compareGeometry(a, stretched).agree).toBe(false);
  });

  test('the only slice of a volume has a thickness that counts', () => {
    const flat = (sz: number) => geometryFromAffine([4, 5, 1], [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, sz, 0, 0, 0, 0, 1]);
    expect(compareGeometry(flat(5), flat(10)).agree).toBe(false);
  });

  test('only with equal dims', () => {
    // The same box in voxels of half the size along x: no corner deviates.
    const fine = geometryFromAffine([8, 5, 6], [1, 0, 0, -0.5, 0, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1]);
    expect(compareGeometry(a, fine)).toEqual({ agree: false, largestDeviation: 0 });
  });
});

describe('assertSameGeometry', () => {
  const a = geometryFromAffine([4, 5, 6], at(1.25));
  const b = geometryFromAffine([4, 5, 6], at(0));
  test('is silent where they agree', () => expect(() => assertSameGeometry(a, a, { file: 'a' })).not.toThrow());
  test('says the largest deviation in mm and both files', () => {
    const error = errorOf(() => assertSameGeometry(a, b, { file: 'label.nii', otherFile: 'image.nii' }));
    expect(error.code).toBe('GeometryMismatchError');
    expect(error.message).toContain('1.250 mm');
    expect(error.message).toContain('label.nii');
    expect(error.message).toContain('image.nii');
    expect(error.message).toContain('--trust-image-geometry');
  });
  test('names dims where they differ', () => {
    const error = errorOf(() => assertSameGeometry(geometryFromAffine([4, 5, 7], at(0)), b, { file: 'label.nii' }));
    expect(error.detail).toMatchObject({ field: 'dims', expected: '4 x 5 x 6' });
  });
});

test('canonical form of a small volume, by hand', () => {
  // Source x runs to the Left, source y to Superior, source z to Anterior.
  const geometry = geometryFromAffine([2, 2, 1], [-1, 0, 0, 1, 0, 0, 3, 0, 0, 2, 0, 0, 0, 0, 0, 1]);
  const { volume, orientation } = toCanonical({ geometry, data: Uint8Array.of(1, 2, 3, 4) });
  expect(orientation).toEqual({ axes: [0, 2, 1], flips: [true, false, false] });
  expect(volume.geometry).toEqual({ dims: [2, 1, 2], spacing: [1, 3, 2], affine: [1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] });
  expect([...volume.data]).toEqual([2, 1, 4, 3]);
});
