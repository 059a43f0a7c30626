import { getFloat16, setFloat16 } from '@petamoriken/float16';
import type { VoxelArray } from './volume.js';

let table: Float32Array | undefined;

/** Numbers of float16 bit patterns. Cost: a table of 65,536 entries made on first use, then one look-up an element. */
export function float16Values(bits: Uint16Array): Float32Array {
  table ??= makeTable();
  const values = new Float32Array(bits.length);
  for (let k = 0; k < bits.length; k++) values[k] = table[bits[k] as number] as number;
  return values;
}

function makeTable(): Float32Array {
  const view = new DataView(new ArrayBuffer(2));
  return Float32Array.from({ length: 65536 }, (_, bits) => {
    view.setUint16(0, bits);
    return getFloat16(view, 0);
  });
}

/**
 * float16 bit patterns of numbers, rounded to nearest, ties to even; beyond 65504 (+16) infinity.
 *
 * Cost: about 10 ns an element; a Float64Array goes through the library, some 50 times slower, because rounding it by
 * way of float32 would round twice.
 */
export function float16Bits(values: VoxelArray): Uint16Array {
  const bits = new Uint16Array(values.length);
  if (values instanceof Float64Array) {
    const view = new DataView(new ArrayBuffer(2));
    for (let k = 0; k < values.length; k++) {
      setFloat16(view, 0, values[k] as number);
      bits[k] = view.getUint16(0);
    }
    return bits;
  }
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  for (let k = 0; k < values.length; k++) {
    float[0] = values[k] as number;
    bits[k] = roundToFloat16(word[0] as number);
  }
  return bits;
}

/** float32 word -> float16 word. */
function roundToFloat16(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  if (exponent === 0xff && fraction !== 0) return sign | 0x7e00;
  // 143 - 127 = 16: 65536 and more.
  if (exponent >= 143) return sign | 0x7c00;
  // 102 - 127 = -25: below half of the smallest subnormal.
  if (exponent < 102) return sign;
  const isNormal = exponent >= 113;
  const significand = isNormal ? ((exponent - 112) << 23) | fraction : fraction | 0x800000;
  const shift = isNormal ? 13 : 126 - exponent;
  const kept = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  // A carry runs into the exponent, up to infinity, as it should.
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}
