import { expect, test } from 'vitest';
import { decodeLabelMap, encodeNifti, type VoxelArray } from '../src/index.js';
import { errorOf } from './helpers/error-of.js';
import { niftiBytes, smallVolume } from './helpers/nifti-bytes.js';

const file = 'label.nii';
const withData = (data: VoxelArray) => encodeNifti({ ...smallVolume(), data });
const filled = (first: number) => {
  const data = new Float32Array(24);
  data[17] = first;
  return withData(data);
};

test.each([Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array])(
  'labels stored as %o become uint8',
  (array) => {
    const { data } = decodeLabelMap(withData(array.from(Array.from({ length: 24 }, (_, k) => k % 4))), { file });
    expect(data).toStrictEqual(Uint8Array.from({ length: 24 }, (_, k) => k % 4));
  },
);

test('labels above 255 need uint16', () => {
  expect(decodeLabelMap(filled(256), { file }).data).toBeInstanceOf(Uint16Array);
  expect(decodeLabelMap(filled(65535), { file }).data[17]).toBe(65535);
});

test('scaled labels are whole numbers again', () => {
  // Stored k times float32(1/3) times 3 is only nearly whole.
  const bytes = withData(Uint8Array.from({ length: 24 }, (_, k) => 3 * k));
  new DataView(bytes.buffer).setFloat32(112, 1 / 3, true);
  expect(decodeLabelMap(bytes, { file }).data).toStrictEqual(Uint8Array.from({ length: 24 }, (_, k) => k));
});

test.each([0.5, -1, NaN, Infinity, 65536, 1.01])('%d is not a label', (value) => {
  const error = errorOf(() => decodeLabelMap(filled(value), { file }));
  expect(error.code).toBe('InvalidLabelError');
  // Voxel 17 of 4 x 3 x 2.
  expect(error.detail).toMatchObject({ file, at: 'voxel [1, 1, 1]' });
});

test('several volumes are not a label map', () => {
  const bytes = niftiBytes(['int16', 40, 4], ['int16', 46, 1], ['int16', 48, 2]);
  const error = errorOf(() => decodeLabelMap(bytes, { file }));
  expect(error.code).toBe('InvalidLabelError');
  expect(error.detail.field).toBe('dim[4]');
});
