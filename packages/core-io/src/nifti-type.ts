import type { VoxelArray } from './volume.js';

/** Real data types of NIfTI-1 by header code; `bigint` types have no `VoxelArray` of their own. */
export const niftiTypes = {
  2: { name: 'uint8', bytes: 1 },
  4: { name: 'int16', bytes: 2 },
  8: { name: 'int32', bytes: 4 },
  16: { name: 'float32', bytes: 4 },
  64: { name: 'float64', bytes: 8 },
  256: { name: 'int8', bytes: 1 },
  512: { name: 'uint16', bytes: 2 },
  768: { name: 'uint32', bytes: 4 },
  1024: { name: 'int64', bytes: 8 },
  1280: { name: 'uint64', bytes: 8 },
} as const;

export type NiftiTypeCode = keyof typeof niftiTypes;

export function isNiftiTypeCode(code: number): code is NiftiTypeCode {
  return Object.hasOwn(niftiTypes, code);
}

/** Header code of an array's element type. */
export function niftiTypeOf(data: VoxelArray): Exclude<NiftiTypeCode, 1024 | 1280> {
  if (data instanceof Uint8Array) return 2;
  if (data instanceof Int8Array) return 256;
  if (data instanceof Int16Array) return 4;
  if (data instanceof Uint16Array) return 512;
  if (data instanceof Int32Array) return 8;
  if (data instanceof Uint32Array) return 768;
  if (data instanceof Float32Array) return 16;
  return 64;
}
