/** The bits of float32 values: toEqual on them tells NaN, -0 and the last bit apart. */
export function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length).slice();
}
