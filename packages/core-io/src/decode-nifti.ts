import { GeoscribeError } from '@geoscribe/campaign';
import { hostIsLittleEndian, swapBytes } from './byte-order.js';
import { decodeNiftiHeader, type NiftiHeader } from './nifti-header.js';
import { niftiTypes, type NiftiTypeCode } from './nifti-type.js';
import type { Volume, VoxelArray } from './volume.js';

/**
 * Volumes of a NIfTI-1 file: one for 3-D, dim[4] for 4-D, all with the same geometry.
 *
 * `bytes`: the decompressed `.nii`, either byte order. `file`: its name, for errors.
 *
 * Returns intensities in the stored type, or `slope * stored + intercept` as Float32Array (Float64Array for 32- and
 * 64-bit types but float32) where the header states a scaling. Data are copies, never views of `bytes`. 64-bit integers
 * become Int32Array, Uint32Array or Float64Array, the first that holds all values of the file's volume.
 *
 * Errors: those of `decodeNiftiHeader`; `InvalidVolumeError` for a truncated file or 64-bit integers beyond 2^53.
 *
 * Cost: one copy of the voxels, one volume at a time.
 */
export function decodeNifti(bytes: Uint8Array, { file }: { file: string }): Volume[] {
  const header = decodeNiftiHeader(bytes, { file });
  const { dims } = header.geometry;
  const volumeBytes = dims[0] * dims[1] * dims[2] * niftiTypes[header.datatype].bytes;
  const expected = header.dataOffset + volumeBytes * header.volumes;
  if (bytes.length < expected) {
    throw new GeoscribeError('InvalidVolumeError', 'File ends inside the voxels', {
      file,
      field: 'data',
      at: `byte ${bytes.length}`,
      expected: `${expected} bytes`,
      received: String(bytes.length),
      nextStep: 'Copy or download the file again.',
    });
  }
  // Plain Uint8Array: `slice` of a Node Buffer would share memory.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: header.volumes }, (_, index) => {
    const start = header.dataOffset + index * volumeBytes;
    const stored = readStored(plain.slice(start, start + volumeBytes), header, { file, start });
    const { spacing, affine } = header.geometry;
    const geometry = { dims: [...dims], spacing: [...spacing], affine: [...affine] } as Volume['geometry'];
    return { geometry, data: header.scaling ? scale(stored, header.datatype, header.scaling) : stored };
  });
}

/** `bytes` is an own copy: it is swapped in place and becomes the array's memory. */
function readStored(bytes: Uint8Array, header: NiftiHeader, place: { file: string; start: number }): VoxelArray {
  if (header.littleEndian !== hostIsLittleEndian) swapBytes(bytes, niftiTypes[header.datatype].bytes);
  const { buffer } = bytes;
  switch (header.datatype) {
    case 2:
      return new Uint8Array(buffer);
    case 256:
      return new Int8Array(buffer);
    case 4:
      return new Int16Array(buffer);
    case 512:
      return new Uint16Array(buffer);
    case 8:
      return new Int32Array(buffer);
    case 768:
      return new Uint32Array(buffer);
    case 16:
      return new Float32Array(buffer);
    case 64:
      return new Float64Array(buffer);
    case 1024:
      return narrow(new BigInt64Array(buffer), place);
    case 1280:
      return narrow(new BigUint64Array(buffer), place);
  }
}

function narrow(values: BigInt64Array | BigUint64Array, { file, start }: { file: string; start: number }): VoxelArray {
  const wide = new Float64Array(values.length);
  let [low, high] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const value = Number(values[k]);
    if (!Number.isSafeInteger(value)) {
      throw new GeoscribeError('InvalidVolumeError', '64-bit value is too large', {
        file,
        field: 'data',
        at: `byte ${start + 8 * k}`,
        expected: 'at most 2^53 - 1 in magnitude',
        received: String(values[k]),
      });
    }
    wide[k] = value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low >= -(2 ** 31) && high < 2 ** 31) return Int32Array.from(wide);
  if (low >= 0 && high < 2 ** 32) return Uint32Array.from(wide);
  return wide;
}

function scale(stored: VoxelArray, type: NiftiTypeCode, by: { slope: number; intercept: number }): VoxelArray {
  const fitsFloat32 = niftiTypes[type].bytes <= 2 || type === 16;
  const scaled = fitsFloat32 ? new Float32Array(stored.length) : new Float64Array(stored.length);
  for (let k = 0; k < stored.length; k++) scaled[k] = by.slope * (stored[k] as number) + by.intercept;
  return scaled;
}
