import { describe, expect, test } from 'vitest';
import { decodeNifti, decodeNiftiHeader, encodeNifti, geometryFromAffine } from '../src/index.js';
import { errorOf } from './helpers/error-of.js';
import { niftiBytes, smallVolume } from './helpers/nifti-bytes.js';

const file = 'case.nii';
const decode = (bytes: Uint8Array) => decodeNifti(bytes, { file })[0]!;

describe('affine', () => {
  test('sform wins over a qform that says something else', () => {
    const bytes = niftiBytes(['float32', 268, 99], ['int16', 252, 1]);
    expect(decode(bytes).geometry.affine).toEqual(smallVolume().geometry.affine);
  });

  test('without sform the qform counts: half a turn about z', () => {
    // Closed form: quaternion (0, 0, 0, 1) reverses x and y.
    const bytes = niftiBytes(['int16', 254, 0], ['float32', 256, 0], ['float32', 260, 0], ['float32', 264, 1]);
    expect(decode(bytes).geometry.affine).toEqual([-1.5, 0, 0, -10, 0, -2, 0, 20, 0, 0, 2.5, -30, 0, 0, 0, 1]);
  });

  test('a negative qfac reverses the third axis of the qform', () => {
    const bytes = niftiBytes(['int16', 254, 0], ['float32', 76, -1]);
    expect(decode(bytes).geometry.affine.slice(8, 12)).toEqual([0, 0, -2.5, -30]);
  });

  test('without both, pixdim alone: the standard\'s method 1, no offset', () => {
    const bytes = niftiBytes(['int16', 252, 0], ['int16', 254, 0]);
    expect(decode(bytes).geometry.affine).toEqual([1.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2.5, 0, 0, 0, 0, 1]);
  });

  test.each([['metres', 1, 1000], ['millimetres', 2, 1], ['micrometres', 3, 0.001], ['no unit, with seconds', 8, 1]])(
    '%s become mm',
    (_, code, factor) => {
      const { spacing, affine } = decode(niftiBytes(['int8', 123, code])).geometry;
      expect(spacing).toEqual([1.5 * factor, 2 * factor, 2.5 * factor]);
      expect(affine[3]).toBe(-10 * factor);
    },
  );

  test('a pixdim of 0 beside an sform counts as not stated', () => {
    expect(decode(niftiBytes(['float32', 80, 0])).geometry.spacing).toEqual([1.5, 2, 2.5]);
  });
});

describe('scaling', () => {
  const scaled = (slope: number, intercept: number) =>
    decode(niftiBytes(['float32', 112, slope], ['float32', 116, intercept])).data;

  test('slope and intercept give float32', () => {
    expect(scaled(0.5, -3)).toEqual(Float32Array.from({ length: 24 }, (_, k) => k / 2 - 3));
  });

  test('32-bit integers scale to float64, so that no digit is lost', () => {
    const bytes = encodeNifti({ ...smallVolume(), data: Int32Array.from({ length: 24 }, (_, k) => 16_777_217 + k) });
    new DataView(bytes.buffer).setFloat32(116, 1, true);
    expect(decode(bytes).data).toEqual(Float64Array.from({ length: 24 }, (_, k) => 16_777_218 + k));
  });

  test.each([[0, 7], [NaN, 7], [1, 0]])('slope %d, intercept %d keep the stored type', (slope, intercept) => {
    expect(scaled(slope, intercept)).toEqual(smallVolume().data);
  });
});

test('voxels behind a header extension are found', () => {
  const bytes = niftiBytes(['float32', 108, 368]);
  const longer = new Uint8Array(bytes.length + 16);
  longer.set(bytes.subarray(0, 352));
  longer.set(bytes.subarray(352), 368);
  expect(decode(longer).data).toEqual(smallVolume().data);
});

test('bytes at an odd offset of their buffer decode to an own copy', () => {
  const bytes = niftiBytes();
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const { data } = decode(shifted.subarray(1));
  expect(data).toEqual(smallVolume().data);
  shifted.fill(0);
  expect(data).toEqual(smallVolume().data);
});

test('a Node Buffer decodes to an own copy', () => {
  const buffer = Buffer.from(niftiBytes());
  const { data } = decode(buffer);
  buffer.fill(0);
  expect(data).toEqual(smallVolume().data);
});

test('a 2-D file is a volume of one slice', () => {
  expect(decode(niftiBytes(['int16', 40, 2])).geometry.dims).toEqual([4, 3, 1]);
});

describe('64-bit integers', () => {
  const wide = (first: bigint, type: 1024 | 1280 = 1024) => {
    const bytes = new Uint8Array(352 + 24 * 8);
    bytes.set(niftiBytes(['int16', 70, type]).subarray(0, 352));
    new DataView(bytes.buffer).setBigInt64(352, first, true);
    return bytes;
  };
  test.each([[-5n, Int32Array], [2n ** 31n, Uint32Array], [-(2n ** 40n), Float64Array], [2n ** 53n - 1n, Float64Array]])(
    '%d is kept',
    (value, array) => {
      const { data } = decode(wide(value));
      expect(data).toBeInstanceOf(array);
      expect(data[0]).toBe(Number(value));
    },
  );
  test('beyond 2^53 is an error', () => {
    const error = errorOf(() => decode(wide(-(2n ** 60n))));
    expect(error.detail).toMatchObject({ file, field: 'data', at: 'byte 352' });
    expect(errorOf(() => decode(wide(-1n, 1280))).code).toBe('InvalidVolumeError');
  });
});

describe('each broken file is one error that names file, field and byte', () => {
  const truncated = niftiBytes().subarray(0, 380);
  const cases: [string, Uint8Array, string, { field?: string; at: string }][] = [
    ['truncated voxels', truncated, 'ends inside the voxels', { field: 'data', at: 'byte 380' }],
    ['truncated header', niftiBytes().subarray(0, 100), 'ends inside the NIfTI header', { field: 'sizeof_hdr', at: 'byte 100' }],
    ['an empty file', new Uint8Array(0), 'ends inside the NIfTI header', { field: 'sizeof_hdr', at: 'byte 0' }],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8), 'still compressed', { at: 'byte 0' }],
    ['bad magic', niftiBytes(['int8', 344, 0x78]), 'not NIfTI-1', { field: 'magic', at: 'byte 344' }],
    ['another format', new Uint8Array(400).fill(7), 'not NIfTI-1', { field: 'sizeof_hdr', at: 'byte 0' }],
    ['.hdr/.img pair', niftiBytes(['int8', 345, 0x69]), 'Pairs of .hdr and .img', { field: 'magic', at: 'byte 344' }],
    ['NIfTI-2', niftiBytes(['int32', 0, 540]), 'NIfTI-2', { field: 'sizeof_hdr', at: 'byte 0' }],
    ['no dimension', niftiBytes(['int16', 40, 0]), 'Number of dimensions', { field: 'dim[0]', at: 'byte 40' }],
    ['eight dimensions', niftiBytes(['int16', 40, 8]), 'Number of dimensions', { field: 'dim[0]', at: 'byte 40' }],
    ['empty axis', niftiBytes(['int16', 44, 0]), 'Size of a dimension', { field: 'dim[2]', at: 'byte 44' }],
    ['negative axis', niftiBytes(['int16', 46, -2]), 'Size of a dimension', { field: 'dim[3]', at: 'byte 46' }],
    ['5-D', niftiBytes(['int16', 40, 5], ['int16', 50, 3]), 'Size of a dimension', { field: 'dim[5]', at: 'byte 50' }],
    ['RGB', niftiBytes(['int16', 70, 128]), 'Data type', { field: 'datatype', at: 'byte 70' }],
    ['complex', niftiBytes(['int16', 70, 32]), 'Data type', { field: 'datatype', at: 'byte 70' }],
    ['data inside the header', niftiBytes(['float32', 108, 0]), 'Offset of the data', { field: 'vox_offset', at: 'byte 108' }],
    ['singular sform', niftiBytes(['float32', 300, 0]), 'Affine', { field: 'srow_x, srow_y, srow_z', at: 'byte 280' }],
    ['NaN in the sform', niftiBytes(['float32', 292, NaN]), 'Affine', { field: 'srow_x, srow_y, srow_z', at: 'byte 280' }],
    ['pixdim against sform', niftiBytes(['float32', 88, 2.6]), 'Spacing disagrees', { field: 'pixdim[3]', at: 'byte 88' }],
    ['no spacing', niftiBytes(['int16', 254, 0], ['float32', 84, 0]), 'Spacing is wrong', { field: 'pixdim[2]', at: 'byte 84' }],
    ['long quaternion', niftiBytes(['int16', 254, 0], ['float32', 256, 2]), 'Quaternion', { field: 'quatern_b, quatern_c, quatern_d', at: 'byte 256' }],
    ['NaN in the qform', niftiBytes(['int16', 254, 0], ['float32', 268, NaN]), 'Affine', { field: 'qoffset_x, qoffset_y, qoffset_z', at: 'byte 268' }],
    ['infinite slope', niftiBytes(['float32', 112, Infinity]), 'Scaling', { field: 'scl_slope', at: 'byte 112' }],
    ['NaN intercept', niftiBytes(['float32', 112, 2], ['float32', 116, NaN]), 'Scaling', { field: 'scl_inter', at: 'byte 116' }],
  ];
  test.each(cases)('%s', (_, bytes, summary, place) => {
    const error = errorOf(() => decode(bytes));
    expect(error.code).toBe('InvalidVolumeError');
    expect(error.message).toContain(summary);
    expect(error.detail).toMatchObject({ file, ...place });
  });
});

describe('encodeNifti', () => {
  test('a sheared affine is kept in the sform and the qform, which cannot say it, is switched off', () => {
    const affine = [1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const bytes = encodeNifti({ geometry: geometryFromAffine([4, 3, 2], affine), data: new Uint8Array(24) });
    expect(decodeNiftiHeader(bytes, { file }).formCodes).toEqual({ qform: 0, sform: 1 });
    expect(decode(bytes).geometry.affine).toEqual(affine);
  });

  test('the source\'s form codes are kept', () => {
    const bytes = encodeNifti(smallVolume(), { formCodes: { qform: 2, sform: 4 } });
    expect(decodeNiftiHeader(bytes, { file }).formCodes).toEqual({ qform: 2, sform: 4 });
  });

  test.each([
    ['dims', { dims: [4, 3, 0] as [number, number, number] }],
    ['dims', { dims: [40000, 1, 1] as [number, number, number] }],
    ['data', { dims: [4, 3, 3] as [number, number, number] }],
    ['affine', { affine: new Array<number>(16).fill(0) }],
  ])('wrong %s is an error', (field, change) => {
    const volume = smallVolume();
    const error = errorOf(() => encodeNifti({ ...volume, geometry: { ...volume.geometry, ...change } }));
    expect(error.code).toBe('InvalidVolumeError');
    expect(error.detail.field).toBe(field);
  });
});
