import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../src/index.js';

/** A file with any header and values. */
function fileOf(header: string, values = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(values, 8 + json.length);
  return bytes;
}

describe('encodeSafetensors', () => {
  it('lays a file out as the format describes it', () => {
    const bytes = encodeSafetensors([
      { name: 'b', shape: [], data: Float32Array.of(3) },
      { name: 'a', shape: [1, 2], data: Float32Array.of(1, 2) },
    ], { plan: 'x' });
    const view = new DataView(bytes.buffer);
    const headerLength = Number(view.getBigUint64(0, true));
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerLength));
    expect(headerLength % 8).toBe(0);
    expect(header.trimEnd()).toBe(
      '{"__metadata__":{"plan":"x"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}',
    );
    expect([0, 4, 8].map((at) => view.getFloat32(8 + headerLength + at, true))).toEqual([1, 2, 3]);
    expect(bytes.length).toBe(8 + headerLength + 12);
  });

  it('writes the values of a view, not of its whole buffer', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(decodeSafetensors(encodeSafetensors([{ name: 'v', shape: [2], data }]), { file: 'v' }).tensors[0]?.data).toEqual(Float32Array.of(1, 2));
  });

  it.each([
    ['a name given twice', [{ name: 'a', shape: [1], data: new Float32Array(1) }, { name: 'a', shape: [1], data: new Float32Array(1) }]],
    ['the reserved name', [{ name: '__metadata__', shape: [1], data: new Float32Array(1) }]],
    ['a shape that does not fit', [{ name: 'a', shape: [2, 2], data: new Float32Array(3) }]],
  ])('refuses %s', (_, tensors) => {
    expect(() => encodeSafetensors(tensors)).toThrow(expect.objectContaining({ code: 'InvalidArgumentError' }));
  });
});

describe('decodeSafetensors', () => {
  const entry = (text: string) => `{"a":${text}}`;
  it.each([
    ['too short', new Uint8Array(3), 'header length'],
    ['a header longer than the file', new Uint8Array([255, 255, 0, 0, 0, 0, 0, 0, 1]), 'header length'],
    ['no JSON', fileOf('{"a":'), 'header'],
    ['no object', fileOf('[]'), 'header'],
    ['metadata that is not text', fileOf('{"__metadata__":{"a":1}}'), '__metadata__'],
    ['another type', fileOf(entry('{"dtype":"F16","shape":[2],"data_offsets":[0,4]}'), new Uint8Array(4)), 'a'],
    ['a negative size', fileOf(entry('{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}'), new Uint8Array(4)), 'a'],
    ['offsets that do not fit the shape', fileOf(entry('{"dtype":"F32","shape":[2],"data_offsets":[0,4]}'), new Uint8Array(4)), 'a'],
    ['a hole before the values', fileOf(entry('{"dtype":"F32","shape":[1],"data_offsets":[4,8]}'), new Uint8Array(8)), 'a'],
    ['bytes after the values', fileOf(entry('{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'), new Uint8Array(5)), 'end of the file'],
    ['an entry that is no object', fileOf(entry('7')), 'a'],
  ])('refuses %s, naming file and place', (_, bytes, field) => {
    const detail = expect.objectContaining({ file: 'weights.safetensors', field });
    expect(() => decodeSafetensors(bytes, { file: 'weights.safetensors' })).toThrow(expect.objectContaining({ code: 'InvalidCheckpointError', detail }));
  });
});
