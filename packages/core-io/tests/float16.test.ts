import { getFloat16, setFloat16 } from '@petamoriken/float16';
import { expect, test } from 'vitest';
import { float16Bits, float16Values } from '../src/float16.js';

const view = new DataView(new ArrayBuffer(4));
const library = (value: number): number => {
  setFloat16(view, 0, value);
  return view.getUint16(0);
};
/** All finite and infinite float16 numbers, in order of their bits. */
const numbers = Array.from({ length: 65536 }, (_, bits) => {
  view.setUint16(0, bits);
  return getFloat16(view, 0);
});

test('every bit pattern comes back', () => {
  const values = float16Values(Uint16Array.from(numbers.keys()));
  expect(values.every((value, bits) => Object.is(value, Math.fround(numbers[bits]!)))).toBe(true);
  const bits = float16Bits(values);
  expect(numbers.every((value, k) => (Number.isNaN(value) ? (bits[k]! & 0x7fff) > 0x7c00 : bits[k] === k))).toBe(true);
});

test('between two neighbours it rounds as the library does: midpoint to even, a float32 step to either side of it', () => {
  const wrong: number[] = [];
  for (let k = 0; k < 0x7c00; k++) {
    // Above the largest number the next would be 65536: from the midpoint on it is infinity.
    const middle = (numbers[k]! + Math.min(numbers[k + 1]!, 65536)) / 2;
    const step = 2 ** (Math.floor(Math.log2(middle)) - 23);
    const candidates = Float32Array.of(middle, middle - step, middle + step, -middle);
    const bits = float16Bits(candidates);
    candidates.forEach((value, i) => bits[i] !== library(value) && wrong.push(value));
  }
  expect(wrong).toEqual([]);
});

test('NaN, infinities, signed zeros and numbers beyond the range', () => {
  expect([...float16Bits(Float32Array.of(NaN, Infinity, -Infinity, -0, 1e6, -1e6, 1e-9))]).toEqual([0x7e00, 0x7c00, 0xfc00, 0x8000, 0x7c00, 0xfc00, 0]);
});

test('a Float64Array is rounded once', () => {
  // Just above the midpoint of 1 and 1 + 2^-10, by less than float32 can say: rounding twice would give 1.
  const value = 1 + 2 ** -11 + 2 ** -40;
  expect([...float16Bits(Float64Array.of(value))]).toEqual([0x3c01]);
  expect([...float16Bits(Float32Array.of(value))]).toEqual([0x3c00]);
});
