import { GeoscribeError } from '@geoscribe/campaign';
import { hostIsLittleEndian, swapBytes } from './byte-order.js';
import { float16Bits, float16Values } from './float16.js';
import { niftiTypeOf, niftiTypes } from './nifti-type.js';
import type { VoxelArray } from './volume.js';

const descriptors = {
  uint8: { descr: '|u1', bytes: 1 },
  int8: { descr: '|i1', bytes: 1 },
  uint16: { descr: '<u2', bytes: 2 },
  int16: { descr: '<i2', bytes: 2 },
  uint32: { descr: '<u4', bytes: 4 },
  int32: { descr: '<i4', bytes: 4 },
  float16: { descr: '<f2', bytes: 2 },
  float32: { descr: '<f4', bytes: 4 },
  float64: { descr: '<f8', bytes: 8 },
} as const;

export type NpyDtype = keyof typeof descriptors;

export interface NpyHeader {
  dtype: NpyDtype;
  /** C order: the last axis is the fastest. */
  shape: number[];
  /** Byte offset of the first element, a multiple of 64: the file can be memory-mapped. */
  offset: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * `.npy` file (version 1.0) of an array in C order.
 *
 * `shape`: product = data.length. `dtype`: that of `data`, or `float16`, to which numbers are rounded (to nearest,
 * ties to even; beyond 65504 to infinity).
 *
 * Errors: `InvalidArgumentError` where shape and data disagree.
 * Source: NumPy format specification, including its alignment of the data to 64 bytes.
 */
export function encodeNpy({ shape, data, dtype }: { shape: readonly number[]; data: VoxelArray; dtype?: 'float16' }): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new GeoscribeError('InvalidArgumentError', 'Shape does not fit the data', {
      field: 'shape',
      expected: `a product of ${data.length}`,
      received: `[${shape.join(', ')}]`,
    });
  }
  const { descr, bytes: width } = descriptors[dtype ?? niftiTypes[niftiTypeOf(data)].name];
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const offset = 64 * Math.ceil((10 + text.length + 1) / 64);
  const bytes = new Uint8Array(offset + count * width);
  bytes.set([...magic, 1, 0, (offset - 10) & 255, (offset - 10) >> 8]);
  bytes.set(new TextEncoder().encode(text.padEnd(offset - 11) + '\n'), 10);
  const stored = dtype === 'float16' ? float16Bits(data) : data;
  bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), offset);
  if (!hostIsLittleEndian) swapBytes(bytes.subarray(offset), width);
  return bytes;
}

/**
 * Header of a `.npy` file; `bytes` may be just its beginning.
 *
 * Errors: `InvalidVolumeError` for another format, another type, big-endian or Fortran-ordered arrays.
 */
export function npyHeader(bytes: Uint8Array, { file = 'array.npy' }: { file?: string } = {}): NpyHeader {
  const fail = (expected: string, received: string, field: string): GeoscribeError =>
    new GeoscribeError('InvalidVolumeError', 'Array file cannot be read', { file, field, at: 'byte 0', expected, received });
  const isNpy = bytes.length >= 12 && magic.every((byte, k) => bytes[k] === byte);
  if (!isNpy) throw fail('"\\x93NUMPY"', `${bytes.length} bytes of something else`, 'magic');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes[6] === 1 ? 10 : 12;
  const offset = start + (start === 10 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < offset) throw fail(`${offset} bytes of header`, String(bytes.length), 'header');
  const text = new TextDecoder().decode(bytes.subarray(start, offset));
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const found = Object.entries(descriptors).find(([, entry]) => entry.descr === descr);
  const supported = Object.values(descriptors).map((entry) => entry.descr).join(', ');
  if (!found) throw fail(supported, descr ?? text.trim(), 'descr');
  if (!/'fortran_order':\s*False/.test(text)) throw fail('False', 'True', 'fortran_order');
  const tuple = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (tuple === undefined) throw fail('a tuple of whole numbers', text.trim(), 'shape');
  const shape = tuple.split(',').map((size) => size.trim()).filter((size) => size !== '').map(Number);
  return { dtype: found[0] as NpyDtype, shape, offset };
}

/**
 * Array of a `.npy` file. float16 becomes Float32Array; other types are views of `bytes` where alignment allows, else
 * copies.
 *
 * Errors: those of `npyHeader`; `InvalidVolumeError` for a truncated file.
 */
export function decodeNpy(bytes: Uint8Array, { file }: { file: string }): NpyHeader & { data: VoxelArray } {
  const header = npyHeader(bytes, { file });
  const width = descriptors[header.dtype].bytes;
  const count = header.shape.reduce((product, size) => product * size, 1);
  const end = header.offset + count * width;
  if (bytes.length < end) {
    throw new GeoscribeError('InvalidVolumeError', 'Array file is truncated', {
      file,
      field: 'data',
      at: `byte ${bytes.length}`,
      expected: `${end} bytes`,
      received: String(bytes.length),
    });
  }
  const aligned = (bytes.byteOffset + header.offset) % width === 0 && hostIsLittleEndian;
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = aligned ? plain.subarray(header.offset, end) : plain.slice(header.offset, end);
  if (!hostIsLittleEndian) swapBytes(body, width);
  return { ...header, data: arrayOver(header.dtype, body, count) };
}

function arrayOver(dtype: NpyDtype, { buffer, byteOffset }: Uint8Array, count: number): VoxelArray {
  switch (dtype) {
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count);
    case 'int8':
      return new Int8Array(buffer, byteOffset, count);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int16':
      return new Int16Array(buffer, byteOffset, count);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count);
    case 'int32':
      return new Int32Array(buffer, byteOffset, count);
    case 'float16':
      return float16Values(new Uint16Array(buffer, byteOffset, count));
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float64':
      return new Float64Array(buffer, byteOffset, count);
  }
}
