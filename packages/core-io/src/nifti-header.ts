import { GeoscribeError, type ErrorDetail } from '@geoscribe/campaign';
import { affineDeterminant, geometryFromAffine } from './affine.js';
import type { Affine, Geometry, Vec3 } from './geometry.js';
import { isNiftiTypeCode, niftiTypes, type NiftiTypeCode } from './nifti-type.js';
import { affineFromQForm } from './quaternion.js';

/** Size of a NIfTI-1 header with its four extension bytes. */
export const NIFTI_HEADER_BYTES = 352;

/** Share by which pixdim may differ from the affine's column lengths: files round one of the two. */
const PIXDIM_TOLERANCE = 0.01;

export interface NiftiHeader {
  geometry: Geometry;
  /** Volumes in the file: dim[4], 1 for 3-D files. */
  volumes: number;
  datatype: NiftiTypeCode;
  littleEndian: boolean;
  /** Byte offset of the first voxel. */
  dataOffset: number;
  /** Stored value -> intensity; absent where the file states none (slope 0 or NaN, or the identity). */
  scaling?: { slope: number; intercept: number };
  formCodes: { qform: number; sform: number };
}

/**
 * Parses the header of a single-file NIfTI-1 volume (already decompressed), either byte order.
 *
 * The affine comes from the sform, else the qform, else pixdim alone (the standard's method 1: `world = pixdim * index`).
 * Lengths stated in metres or micrometres become mm.
 *
 * Errors: `InvalidVolumeError` with file, field and byte offset for NIfTI-2, `.hdr`/`.img` pairs, anything that is not
 * NIfTI, unsupported dimensions or types, a singular affine, a pixdim that disagrees with the sform by more than 1 %.
 *
 * Source: NIfTI-1 standard (nifti1.h, 2007).
 */
export function decodeNiftiHeader(bytes: Uint8Array, { file }: { file: string }): NiftiHeader {
  const fail = (summary: string, detail: Omit<ErrorDetail, 'file'>): GeoscribeError =>
    new GeoscribeError('InvalidVolumeError', summary, { file, ...detail });
  const littleEndian = checkMagic(bytes, fail);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const int16 = (at: number): number => view.getInt16(at, littleEndian);
  const float32 = (at: number): number => view.getFloat32(at, littleEndian);

  const { dims, volumes } = readDims(int16, fail);
  const datatype = int16(70);
  if (!isNiftiTypeCode(datatype)) {
    throw fail('Data type is not supported', {
      field: 'datatype',
      at: 'byte 70',
      expected: Object.entries(niftiTypes).map(([code, { name }]) => `${code} (${name})`).join(', '),
      received: String(datatype),
      nextStep: 'Convert the volume to one of these types.',
    });
  }
  const dataOffset = float32(108);
  if (!Number.isInteger(dataOffset) || dataOffset < NIFTI_HEADER_BYTES) {
    throw fail('Offset of the data is wrong', {
      field: 'vox_offset',
      at: 'byte 108',
      expected: `a whole number of at least ${NIFTI_HEADER_BYTES}`,
      received: String(dataOffset),
    });
  }
  const formCodes = { qform: int16(252), sform: int16(254) };
  const geometry = geometryFromAffine(dims, readAffine({ formCodes, int8: bytes[123] as number, float32, fail }));
  const scaling = readScaling(float32(112), float32(116), fail);
  return { geometry, volumes, datatype, littleEndian, dataOffset, ...(scaling && { scaling }), formCodes };
}

type Fail = (summary: string, detail: Omit<ErrorDetail, 'file'>) => GeoscribeError;

function checkMagic(bytes: Uint8Array, fail: Fail): boolean {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw fail('File is still compressed', { at: 'byte 0', expected: 'decompressed bytes', received: 'a gzip stream' });
  }
  if (bytes.length < NIFTI_HEADER_BYTES - 4) {
    throw fail('File ends inside the NIfTI header', {
      field: 'sizeof_hdr',
      at: `byte ${bytes.length}`,
      expected: `at least ${NIFTI_HEADER_BYTES - 4} bytes`,
      received: String(bytes.length),
      nextStep: 'Copy or download the file again.',
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = [348, 540].includes(view.getInt32(0, true));
  const size = view.getInt32(0, littleEndian);
  if (size === 540) {
    throw fail('NIfTI-2 is not supported', {
      field: 'sizeof_hdr',
      at: 'byte 0',
      expected: '348 (NIfTI-1)',
      received: '540',
      nextStep: 'Convert the file to NIfTI-1.',
    });
  }
  const magic = String.fromCharCode(...bytes.subarray(344, 348)).replaceAll('\0', '\\0');
  if (size === 348 && magic === 'ni1\\0') {
    throw fail('Pairs of .hdr and .img are not supported', {
      field: 'magic',
      at: 'byte 344',
      expected: '"n+1" (single file)',
      received: '"ni1"',
      nextStep: 'Convert the pair to one .nii or .nii.gz file.',
    });
  }
  if (size !== 348) {
    const received = String(view.getInt32(0, true));
    throw fail('File is not NIfTI-1', { field: 'sizeof_hdr', at: 'byte 0', expected: '348', received });
  }
  if (magic !== 'n+1\\0') {
    const received = JSON.stringify(magic);
    throw fail('File is not NIfTI-1', { field: 'magic', at: 'byte 344', expected: '"n+1"', received });
  }
  return littleEndian;
}

function readDims(int16: (at: number) => number, fail: Fail): { dims: Vec3; volumes: number } {
  const rank = int16(40);
  if (rank < 2 || rank > 7) {
    throw fail('Number of dimensions is wrong', { field: 'dim[0]', at: 'byte 40', expected: '2 to 7', received: String(rank) });
  }
  const sizes = [1, 2, 3, 4, 5, 6, 7].map((axis) => {
    const size = axis > rank ? 1 : int16(40 + 2 * axis);
    if (size < 1 || (axis > 4 && size !== 1)) {
      throw fail('Size of a dimension is wrong', {
        field: `dim[${axis}]`,
        at: `byte ${40 + 2 * axis}`,
        expected: axis > 4 ? '1 (at most four dimensions are supported)' : 'at least 1',
        received: String(size),
      });
    }
    return size;
  }) as [number, number, number, number];
  return { dims: [sizes[0], sizes[1], sizes[2]], volumes: sizes[3] };
}

function readAffine(header: {
  formCodes: { qform: number; sform: number };
  int8: number;
  float32: (at: number) => number;
  fail: Fail;
}): Affine {
  const { formCodes, float32, fail } = header;
  const toMillimetres = { 1: 1000, 3: 0.001 }[header.int8 & 7] ?? 1;
  const stated: Vec3 = [80, 84, 88].map((at) => Math.abs(float32(at))) as Vec3;
  const spacing = stated.map((size) => size * toMillimetres) as Vec3;
  if (formCodes.sform > 0) {
    const rows = Array.from({ length: 12 }, (_, k) => float32(280 + 4 * k) * toMillimetres);
    const affine = [...rows, 0, 0, 0, 1];
    checkAffine(affine, { field: 'srow_x, srow_y, srow_z', at: 'byte 280' }, fail);
    checkPixdim(spacing, geometryFromAffine([1, 1, 1], affine).spacing, fail);
    return affine;
  }
  for (const axis of [0, 1, 2] as const) {
    if (spacing[axis] > 0 && Number.isFinite(spacing[axis])) continue;
    throw fail('Spacing is wrong', {
      field: `pixdim[${axis + 1}]`,
      at: `byte ${80 + 4 * axis}`,
      expected: 'a positive number',
      received: String(stated[axis]),
    });
  }
  if (formCodes.qform <= 0) return [spacing[0], 0, 0, 0, 0, spacing[1], 0, 0, 0, 0, spacing[2], 0, 0, 0, 0, 1];
  const [b, c, d] = [float32(256), float32(260), float32(264)];
  const offset = [268, 272, 276].map((at) => float32(at) * toMillimetres) as Vec3;
  // 1e-5: quaternions are stored as float32, and writers round all three components.
  if (!(b * b + c * c + d * d <= 1 + 1e-5)) {
    throw fail('Quaternion is longer than 1', {
      field: 'quatern_b, quatern_c, quatern_d',
      at: 'byte 256',
      expected: 'b^2 + c^2 + d^2 <= 1',
      received: String(b * b + c * c + d * d),
    });
  }
  const affine = affineFromQForm({ b, c, d, qfac: float32(76) < 0 ? -1 : 1 }, spacing, offset);
  checkAffine(affine, { field: 'qoffset_x, qoffset_y, qoffset_z', at: 'byte 268' }, fail);
  return affine;
}

function checkAffine(affine: Affine, place: { field: string; at: string }, fail: Fail): void {
  const spacing = geometryFromAffine([1, 1, 1], affine).spacing;
  // Volume of a voxel against that of a box with the same edges: axes within 0.06 degrees of one plane are singular.
  const share = Math.abs(affineDeterminant(affine)) / (spacing[0] * spacing[1] * spacing[2]);
  if (affine.every(Number.isFinite) && share > 1e-3) return;
  throw fail('Affine cannot be inverted', {
    ...place,
    expected: 'finite numbers, three independent axes',
    received: affine.slice(0, 12).join(' '),
    nextStep: 'Repair the header with the tool that wrote the file.',
  });
}

function checkPixdim(pixdim: Vec3, fromAffine: Vec3, fail: Fail): void {
  for (const axis of [0, 1, 2] as const) {
    // 0: writers that set only the sform leave pixdim empty.
    const agrees = pixdim[axis] === 0 || Math.abs(pixdim[axis] - fromAffine[axis]) <= PIXDIM_TOLERANCE * fromAffine[axis];
    if (agrees) continue;
    throw fail('Spacing disagrees with the affine', {
      field: `pixdim[${axis + 1}]`,
      at: `byte ${80 + 4 * axis}`,
      expected: `${fromAffine[axis]} mm (sform) within 1 %`,
      received: `${pixdim[axis]} mm`,
      nextStep: 'Repair the header with the tool that wrote the file.',
    });
  }
}

function readScaling(slope: number, intercept: number, fail: Fail): NiftiHeader['scaling'] | undefined {
  if (slope === 0 || Number.isNaN(slope) || (slope === 1 && intercept === 0)) return undefined;
  if (Number.isFinite(slope) && Number.isFinite(intercept)) return { slope, intercept };
  const [field, at, received] = Number.isFinite(slope) ? ['scl_inter', 116, intercept] : ['scl_slope', 112, slope];
  throw fail('Scaling is not finite', { field, at: `byte ${at}`, expected: 'a finite number', received: String(received) });
}
