import fc from 'fast-check';
import { expect, test } from 'vitest';
import { affineFromQForm, qFormFromAffine } from '../src/quaternion.js';
import { compareGeometry, decodeNifti, encodeNifti, fromCanonical, geometryFromAffine, toCanonical, type Vec3, type Volume, type VoxelArray } from '../src/index.js';

const file = 'property.nii';
const size = fc.integer({ min: 1, max: 5 });
const dims = fc.tuple(size, size, size) as fc.Arbitrary<Vec3>;
const edge = fc.double({ min: 0.3, max: 8, noNaN: true });
const offset = fc.double({ min: -300, max: 300, noNaN: true });

/** Rotation by a random unit quaternion, random handedness, spacing and offset. */
const affine = fc
  .record({
    q: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }).filter((q) => Math.hypot(...q) > 0.1),
    qfac: fc.constantFrom(1 as const, -1 as const),
    spacing: fc.tuple(edge, edge, edge) as fc.Arbitrary<Vec3>,
    offset: fc.tuple(offset, offset, offset) as fc.Arbitrary<Vec3>,
  })
  .map(({ q, qfac, spacing, offset }) => {
    const sign = q[0]! < 0 ? -1 : 1;
    const [, b, c, d] = q.map((part) => (sign * part) / Math.hypot(...q)) as [number, number, number, number];
    return affineFromQForm({ b, c, d, qfac }, spacing, offset);
  });

const arrays = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array];

const volume: fc.Arbitrary<Volume> = fc
  .record({ dims, affine, array: fc.constantFrom(...arrays), seed: fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 125, maxLength: 125 }) })
  .map(({ dims, affine, array, seed }) => ({
    geometry: geometryFromAffine(dims, affine),
    data: array.from(seed.slice(0, dims[0] * dims[1] * dims[2])) as VoxelArray,
  }));

test('what is written is read back: voxels and type exactly, the affine to float32', () => {
  fc.assert(
    fc.property(volume, (written) => {
      const [read] = decodeNifti(encodeNifti(written), { file });
      expect(read!.data).toStrictEqual(written.data);
      expect(read!.geometry.dims).toEqual(written.geometry.dims);
      expect(read!.geometry.affine).toEqual(written.geometry.affine.map(Math.fround));
    }),
  );
});

test('the qform that is written agrees with the sform', () => {
  fc.assert(
    fc.property(volume, (written) => {
      const bytes = encodeNifti(written);
      new DataView(bytes.buffer).setInt16(254, 0, true);
      const [read] = decodeNifti(bytes, { file });
      // 0.05 mm: near half a turn a = sqrt(1 - b^2 - c^2 - d^2) keeps half of float32's digits (4e-4 rad), over 40 mm.
      expect(compareGeometry(read!.geometry, written.geometry).largestDeviation).toBeLessThan(0.05);
    }),
  );
});

test('quaternion and affine are inverse to each other', () => {
  fc.assert(
    fc.property(affine, (source) => {
      const { spacing } = geometryFromAffine([1, 1, 1], source);
      const back = affineFromQForm(qFormFromAffine(source), spacing, [source[3]!, source[7]!, source[11]!]);
      // 1e-6: a near 0 is a difference of squares; half of double's digits times a spacing of up to 8 mm.
      back.forEach((entry, k) => expect(Math.abs(entry - source[k]!)).toBeLessThan(1e-6));
    }),
  );
});

test('canonical form and back is the identity, and canonical axes run to R, A, S', () => {
  fc.assert(
    fc.property(volume, (source) => {
      const { volume: canonical, orientation } = toCanonical(source);
      const { affine: a, spacing } = canonical.geometry;
      // The best of six permutations has a mean |cos| of at least 1/sqrt(3); a reversed axis would make one negative.
      for (const k of [0, 1, 2] as const) expect(a[5 * k]! / spacing[k]).toBeGreaterThanOrEqual(0);
      const back = fromCanonical(canonical, orientation);
      expect(back.data).toStrictEqual(source.data);
      expect(back.geometry.dims).toEqual(source.geometry.dims);
      // 1e-9 mm: flips move the offset by (n-1) spacings and back in double.
      expect(compareGeometry(back.geometry, source.geometry).largestDeviation).toBeLessThan(1e-9);
      // Each world corner is kept as a set: the canonical box has the same centre.
      expect(toCanonical(canonical).orientation).toEqual({ axes: [0, 1, 2], flips: [false, false, false] });
    }),
  );
});
