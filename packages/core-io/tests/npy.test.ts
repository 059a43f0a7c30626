import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeNpy, encodeNpy, npyHeader, type VoxelArray } from '../src/index.js';
import { errorOf } from './helpers/error-of.js';

const file = 'array.npy';
/** Made by numpy, see make_fixtures.py beside them. */
const fixture = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures', 'numpy', `${name}.npy`)));
const arrays = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };

describe('numpy', () => {
  test.each(Object.entries(arrays))('%s: reads its file, writes the same bytes', (dtype, array) => {
    const bytes = fixture(dtype);
    const ramp = array.from(Array.from({ length: 24 }, (_, k) => k));
    expect(decodeNpy(bytes, { file })).toEqual({ dtype, shape: [2, 3, 4], offset: 128, data: ramp });
    expect(encodeNpy({ shape: [2, 3, 4], data: ramp })).toEqual(bytes);
  });

  test('float16: reads its file, rounds as it does, writes the same bytes', () => {
    const bytes = fixture('float16');
    const numbers = [0, 1, -2.5, 1 / 3, 65504, 1e6, 6e-8, 2049, 2051];
    expect(encodeNpy({ shape: [9], data: Float64Array.from(numbers), dtype: 'float16' })).toEqual(bytes);
    // Between 2048 and 4096 float16 has steps of 2: ties to even. 6e-8 is the smallest subnormal, 2^-24.
    expect(decodeNpy(bytes, { file }).data).toEqual(Float32Array.of(0, 1, -2.5, 0.333251953125, 65504, Infinity, 2 ** -24, 2048, 2052));
  });
});

test('data start at a multiple of 64 bytes, the header ends with a newline, and the beginning is enough to know it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 25 }).filter((shape) => shape.reduce((a, b) => a * b, 1) <= 64), (shape) => {
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
      const bytes = encodeNpy({ shape, data });
      const { offset, shape: read } = npyHeader(bytes.subarray(0, bytes.length - data.byteLength), { file });
      expect(offset % 64).toBe(0);
      expect(bytes[offset - 1]).toBe(10);
      expect(read).toEqual(shape);
      expect(decodeNpy(bytes, { file }).data).toEqual(data);
    }),
  );
});

test('round trip keeps type and numbers', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(arrays)), fc.array(fc.integer({ min: -1000, max: 1000 })), (array, numbers) => {
      const data = array.from(numbers) as VoxelArray;
      expect(decodeNpy(encodeNpy({ shape: [data.length], data }), { file }).data).toStrictEqual(data);
    }),
  );
});

test('decoding shares memory where alignment allows and copies where not', () => {
  const bytes = encodeNpy({ shape: [2], data: Float32Array.of(1, 2) });
  expect(decodeNpy(bytes, { file }).data.buffer).toBe(bytes.buffer);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(decodeNpy(shifted.subarray(1), { file }).data).toEqual(Float32Array.of(1, 2));
});

test('a Node Buffer can be written', () => {
  expect(npyHeader(encodeNpy({ shape: [3], data: Buffer.from([1, 2, 3]) })).dtype).toBe('uint8');
});

describe('errors', () => {
  const good = encodeNpy({ shape: [2], data: Float32Array.of(1, 2) });
  test.each([
    ['another format', new Uint8Array(200), 'magic'],
    ['cut inside the header', good.subarray(0, 40), 'header'],
    ['big-endian', fixture('big'), 'descr'],
    ['Fortran order', fixture('fortran'), 'fortran_order'],
    ['truncated data', good.subarray(0, good.length - 1), 'data'],
  ])('%s', (_, bytes, field) => {
    const error = errorOf(() => decodeNpy(bytes, { file }));
    expect(error.code).toBe('InvalidVolumeError');
    expect(error.detail).toMatchObject({ file, field });
  });
  test('shape against data', () => {
    expect(errorOf(() => encodeNpy({ shape: [2, 2], data: new Uint8Array(3) })).code).toBe('InvalidArgumentError');
  });
});
