import { getFloat16 } from '@petamoriken/float16';

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
