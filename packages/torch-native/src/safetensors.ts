import { GeoscribeError } from '@geoscribe/campaign';
import { check } from './checks.js';
import type { NamedTensor } from './types.js';

const metadataKey = '__metadata__';
const alignment = 8;

interface Entry {
  dtype: 'F32';
  shape: number[];
  data_offsets: [number, number];
}

/**
 * The tensors in the safetensors format: 8 bytes header length (little endian), header as JSON padded with spaces to a
 * multiple of 8, then the values. The same tensors and metadata give the same bytes, in whatever order they are given.
 *
 * @param tensors - float32, names unique.
 * @param metadata - text by key.
 * @throws InvalidArgumentError for a name given twice or reserved, or a shape that does not fit its values.
 * Source: the format's description at github.com/huggingface/safetensors.
 */
export function encodeSafetensors(tensors: NamedTensor[], metadata: Record<string, string> = {}): Uint8Array {
  const sorted = [...tensors].sort((a, b) => compare(a.name, b.name));
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    entries.push([metadataKey, Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => compare(a, b)))]);
  }
  let offset = 0;
  sorted.forEach(({ name, shape, data }, index) => {
    check(name !== metadataKey && name !== sorted[index - 1]?.name, `tensor ${name}`, 'a name that is unique and not reserved', name);
    check(product(shape) === data.length, `tensor ${name}`, `${product(shape)} values for shape ${JSON.stringify(shape)}`, data);
    const entry: Entry = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    entries.push([name, entry]);
    offset += data.byteLength;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / alignment) * alignment;
  const bytes = new Uint8Array(alignment + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, alignment, alignment + headerLength);
  bytes.set(json, alignment);
  let position = alignment + headerLength;
  for (const { data } of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

/**
 * Tensors and metadata of a safetensors file; float32 only, values copied.
 *
 * @param bytes - the whole file.
 * @param options - `file`: the name errors are given.
 * @returns tensors in the order of their values in the file.
 * @throws InvalidCheckpointError naming the header or the tensor at fault.
 */
export function decodeSafetensors(bytes: Uint8Array, { file }: { file: string }): { tensors: NamedTensor[]; metadata: Record<string, string> } {
  const fail = (field: string, expected: string, received: string): never => {
    throw new GeoscribeError('InvalidCheckpointError', 'Not a safetensors file of float32 tensors', { file, field, expected, received });
  };
  const { header, dataStart } = readHeader(bytes, fail);
  const { [metadataKey]: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    fail(metadataKey, 'an object of strings', JSON.stringify(metadata));
  }
  const entries = Object.entries(rest).map(([name, value]) => ({ name, ...checkEntry(name, value, fail) }));
  entries.sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let end = 0;
  const tensors = entries.map(({ name, shape, data_offsets: [from, to] }) => {
    if (from !== end) fail(name, `values that begin at byte ${end}`, `byte ${from}`);
    if (dataStart + to > bytes.length) fail(name, `values up to byte ${to}`, `a file that ends at byte ${bytes.length - dataStart}`);
    end = to;
    // A new array copies: `slice` of a Node Buffer would share its memory.
    return { name, shape, data: new Float32Array(new Uint8Array(bytes.subarray(dataStart + from, dataStart + to)).buffer) };
  });
  if (dataStart + end !== bytes.length) fail('end of the file', `${end} bytes of values`, `${bytes.length - dataStart}`);
  return { tensors, metadata: metadata as Record<string, string> };
}

type Fail = (field: string, expected: string, received: string) => never;

function readHeader(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < alignment) fail('header length', `${alignment} bytes`, `${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const dataStart = alignment + length;
  if (dataStart > bytes.length) fail('header length', `at most ${bytes.length - alignment}`, `${length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(alignment, dataStart)));
  } catch (error) {
    fail('header', 'JSON', (error as Error).message);
  }
  if (!isRecord(header)) return fail('header', 'a JSON object', JSON.stringify(header));
  return { header, dataStart };
}

function checkEntry(name: string, value: unknown, fail: Fail): Entry {
  if (!isRecord(value)) return fail(name, 'dtype, shape and data_offsets', JSON.stringify(value));
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32') fail(name, 'dtype F32', JSON.stringify(dtype));
  if (!isSizes(shape)) return fail(name, 'a shape of whole numbers', JSON.stringify(shape));
  if (!isSizes(offsets) || offsets.length !== 2) return fail(name, 'two data_offsets', JSON.stringify(offsets));
  const [from, to] = offsets as [number, number];
  if (to - from !== 4 * product(shape)) fail(name, `${4 * product(shape)} bytes for shape ${JSON.stringify(shape)}`, `${to - from}`);
  return { dtype: 'F32', shape, data_offsets: [from, to] };
}

const product = (shape: number[]) => shape.reduce((count, size) => count * size, 1);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
