import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { hostIsLittleEndian, swapBytes } from '../byte-order.js';
import { encodeNiftiHeader } from '../encode-nifti.js';
import type { Geometry } from '../geometry.js';
import { writeAtomically } from './write-atomically.js';

/** Header code of uint16, and what its largest number stands for 1 by. */
const uint16 = 512;
const steps = 65535;

/**
 * Writes class probabilities as one `.nii.gz` of four axes, the last one the class; whole or not at all.
 *
 * Stored as uint16 with `scl_slope` 1 / 65535, which every reader turns into floating point: half a step is 8e-6, and the
 * file is a fraction of a float32 one.
 *
 * @param options.geometry grid of every class
 * @param options.probabilityOf asked for the classes in order; float `[Z, Y, X]` in [0, 1]
 * Errors: as `encodeNiftiHeader`, and what `probabilityOf` throws.
 * Cost: one class at a time.
 */
export async function writeProbabilities(
  path: string,
  options: { geometry: Geometry; classes: number; probabilityOf: (c: number) => Float32Array },
): Promise<void> {
  const { geometry, classes, probabilityOf } = options;
  function* parts(): Generator<Uint8Array> {
    yield encodeNiftiHeader(geometry, { type: uint16, volumes: classes, slope: 1 / steps });
    for (let c = 0; c < classes; c++) {
      const stored = Uint16Array.from(probabilityOf(c), (p) => Math.round(Math.min(1, Math.max(0, p)) * steps));
      const bytes = new Uint8Array(stored.buffer);
      if (!hostIsLittleEndian) swapBytes(bytes, 2);
      yield bytes;
    }
  }
  const source = Readable.from(parts());
  const compressed = createGzip();
  source.on('error', (error) => compressed.destroy(error));
  await writeAtomically(path, withUnknownSystem(source.pipe(compressed)));
}

/** The operating system in a gzip header set to "unknown" (RFC 1952), so that equal content gives equal bytes everywhere. */
async function* withUnknownSystem(stream: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let position = 0;
  for await (const part of stream) {
    if (position <= 9 && position + part.length > 9) part[9 - position] = 255;
    position += part.length;
    yield part;
  }
}
