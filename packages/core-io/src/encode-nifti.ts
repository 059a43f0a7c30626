import { GeoscribeError } from '@geoscribe/campaign';
import { affineDeterminant } from './affine.js';
import { hostIsLittleEndian, swapBytes } from './byte-order.js';
import { compareGeometry } from './compare-geometry.js';
import type { Geometry } from './geometry.js';
import { NIFTI_HEADER_BYTES } from './nifti-header.js';
import { niftiTypeOf, niftiTypes, type NiftiTypeCode } from './nifti-type.js';
import { affineFromQForm, qFormFromAffine } from './quaternion.js';
import type { Volume } from './volume.js';

export interface EncodeNiftiOptions {
  /** Codes of the source file, to keep what it called its world space; default 1 (scanner) for both. */
  formCodes?: { qform: number; sform: number };
}

/**
 * Uncompressed, little-endian NIfTI-1 file of one volume, in the type of its data, without scaling.
 *
 * Returns 352 + voxel bytes. Equal volumes give equal bytes.
 *
 * Errors: `InvalidVolumeError` for dims outside 1..32767, data of another length, or a singular affine.
 */
export function encodeNifti(volume: Volume, options: EncodeNiftiOptions = {}): Uint8Array {
  const { geometry, data } = volume;
  checkVolume(volume);
  const type = niftiTypeOf(data);
  const bytes = new Uint8Array(NIFTI_HEADER_BYTES + data.byteLength);
  bytes.set(encodeNiftiHeader(geometry, { type, ...options }));
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), NIFTI_HEADER_BYTES);
  if (!hostIsLittleEndian) swapBytes(bytes.subarray(NIFTI_HEADER_BYTES), niftiTypes[type].bytes);
  return bytes;
}

/**
 * The 352 bytes before the voxels of a NIfTI-1 file, little-endian.
 *
 * The sform holds the affine (float32); the qform holds the same, or has code 0 where shear keeps a rotation from
 * agreeing with the affine (`compareGeometry`). A code 0 in `formCodes` becomes 1: both forms are written.
 *
 * @param options.type header code of the stored type
 * @param options.volumes of the fourth axis; default 1, a file of three axes
 * @param options.slope value of a voxel = slope x stored number; default 1
 * Errors: `InvalidVolumeError` for dims or volumes outside 1..32767, or a singular affine.
 */
export function encodeNiftiHeader(
  geometry: Geometry,
  options: EncodeNiftiOptions & { type: NiftiTypeCode; volumes?: number; slope?: number },
): Uint8Array {
  const { dims, spacing, affine } = geometry;
  const { type, volumes = 1, slope = 1, formCodes } = options;
  checkGeometry(geometry, volumes);
  const bytes = new Uint8Array(NIFTI_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const int16 = (at: number, value: number): void => view.setInt16(at, value, true);
  const float32 = (at: number, value: number): void => view.setFloat32(at, value, true);

  view.setInt32(0, 348, true);
  [volumes > 1 ? 4 : 3, ...dims, volumes, 1, 1, 1].forEach((size, k) => int16(40 + 2 * k, size));
  int16(70, type);
  int16(72, 8 * niftiTypes[type].bytes);
  const qForm = qFormFromAffine(affine);
  [qForm.qfac, ...spacing, 1, 1, 1, 1].forEach((size, k) => float32(76 + 4 * k, size));
  float32(108, NIFTI_HEADER_BYTES);
  float32(112, slope);
  bytes[123] = 2; // xyzt_units: mm
  const offset = [affine[3], affine[7], affine[11]] as [number, number, number];
  const rotated = { ...geometry, affine: affineFromQForm(qForm, spacing, offset) };
  int16(252, compareGeometry(rotated, geometry).agree ? formCodes?.qform || 1 : 0);
  int16(254, formCodes?.sform || 1);
  [qForm.b, qForm.c, qForm.d, ...offset].forEach((value, k) => float32(256 + 4 * k, value));
  affine.slice(0, 12).forEach((value, k) => float32(280 + 4 * k, value));
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  return bytes;
}

function checkVolume({ geometry, data }: Volume): void {
  const { dims } = geometry;
  checkGeometry(geometry, 1);
  if (data.length !== dims[0] * dims[1] * dims[2]) {
    throw new GeoscribeError('InvalidVolumeError', 'Data do not fill the volume', {
      field: 'data',
      expected: `${dims.join(' x ')} = ${dims[0] * dims[1] * dims[2]} voxels`,
      received: String(data.length),
    });
  }
}

function checkGeometry({ dims, affine }: Geometry, volumes: number): void {
  if (![...dims, volumes].every((size) => Number.isInteger(size) && size >= 1 && size <= 32767)) {
    throw new GeoscribeError('InvalidVolumeError', 'Volume does not fit NIfTI-1', {
      field: 'dims',
      expected: 'whole numbers from 1 to 32767',
      received: [...dims, ...(volumes > 1 ? [volumes] : [])].join(' x '),
    });
  }
  if (affine.length !== 16 || !affine.every(Number.isFinite) || affineDeterminant(affine) === 0) {
    throw new GeoscribeError('InvalidVolumeError', 'Affine cannot be inverted', {
      field: 'affine',
      expected: '16 finite numbers, three independent axes',
      received: affine.join(' '),
    });
  }
}
