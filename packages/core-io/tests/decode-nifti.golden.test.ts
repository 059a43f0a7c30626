import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeNiftiHeader, encodeNifti, geometryFromAffine } from '../src/index.js';
import { readVolume } from '../src/node/index.js';

const folder = join(import.meta.dirname, 'fixtures', 'nibabel');

interface Recorded {
  dims: number[];
  affine: number[];
  zooms: number[];
  codes: { qform: number; sform: number };
  type: string;
  values: number[];
}

const { files } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { files: Record<string, Recorded> };

test('the recorded fixtures cover ten types in two byte orders and six special files', () => {
  expect(Object.keys(files)).toHaveLength(26);
});

test.each(Object.keys(files))('%s reads as nibabel reads it', async (name) => {
  const recorded = files[name] as Recorded;
  const volumes = await readVolume(join(folder, name));
  expect(volumes.map(({ geometry }) => geometry.dims)).toEqual(
    Array.from({ length: recorded.dims[3] ?? 1 }, () => recorded.dims.slice(0, 3)),
  );
  expect(volumes.flatMap(({ data }) => [...data])).toEqual(recorded.values);
  const affine = volumes[0]!.geometry.affine;
  // 1e-6: the sform is float32 and equal; the qform is recomputed from float32 quaternions in double by both.
  recorded.affine.forEach((entry, k) => expect(Math.abs(affine[k]! - entry)).toBeLessThan(1e-6));
  // 1e-6: pixdim is float32, our spacing the length of the affine's columns.
  recorded.zooms.forEach((zoom, k) => expect(Math.abs(volumes[0]!.geometry.spacing[k]! - zoom)).toBeLessThan(1e-6));
});

const typed = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array, float64: Float64Array, int64: Int32Array, uint64: Int32Array };

test.each(Object.entries(typed))('%s keeps its type, 64-bit integers that fit become int32', async (type, array) => {
  for (const order of ['little', 'big']) {
    const [volume] = await readVolume(join(folder, `${type}-${order}.nii`));
    expect(volume!.data).toBeInstanceOf(array);
  }
});

test('a file that we write is the one that nibabel was given, and nibabel read it as we meant it', () => {
  const bytes = new Uint8Array(readFileSync(join(folder, 'written.nii')));
  const recorded = JSON.parse(readFileSync(join(folder, 'written.expected.json'), 'utf8')) as Recorded & { qform: number[] };
  const affine = [0.18, 0.36, 2.4, 12.5, -0.4, 0.45, 0, -7.25, 0.24, 0.48, -1.8, 40, 0, 0, 0, 1];
  const data = Float32Array.from({ length: 24 }, (_, k) => k / 8 - 1);
  expect(encodeNifti({ geometry: geometryFromAffine([4, 3, 2], affine), data }, { formCodes: { qform: 1, sform: 4 } })).toEqual(bytes);
  expect(recorded.values).toEqual([...data]);
  expect(recorded.codes).toEqual({ qform: 1, sform: 4 });
  expect(decodeNiftiHeader(bytes, { file: 'written.nii' }).formCodes).toEqual({ qform: 1, sform: 4 });
  // 1e-6: float32 of numbers up to 3; the offsets are exact in float32.
  recorded.affine.forEach((entry, k) => expect(Math.abs(entry - affine[k]!)).toBeLessThan(1e-6));
  // 1e-6: as above, through float32 quaternions.
  recorded.qform.forEach((entry, k) => expect(Math.abs(entry - affine[k]!)).toBeLessThan(1e-6));
});
