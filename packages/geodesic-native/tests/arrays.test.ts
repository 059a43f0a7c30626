import { freemem } from 'node:os';
import { describe, expect, test } from 'vitest';
import { GeoscribeError } from '@geoscribe/campaign';
import { geodesicDistance, pseudoLabel, type Image, type PseudoLabelOptions, type Vec3 } from '../src/index.js';
import { referenceDistance } from '../src/reference/index.js';
import { bitsOf } from './support/bits.js';
import { randomNumbers } from './support/problems.js';

const dims: Vec3 = [19, 17, 9];
const voxels = 19 * 17 * 9;
const random = randomNumbers(11);
const bytes = Uint8Array.from({ length: voxels }, () => 256 * random());
const probabilityBytes = Uint8Array.from({ length: voxels }, () => 256 * random());
const seeds = new Uint8Array(voxels).fill(255);
seeds[5] = 1;
seeds[900] = 2;

function problem(image: Image, more: object = {}) {
  return {
    dims, spacing: [1, 1, 2] as Vec3, image, seeds, weights: { gradient: 0.01 }, cutoff: 3,
    classes: [{ seedClass: 1 }, { seedClass: 2, distanceWeight: 0.3 }], ...more,
  };
}

async function bitsFor(image: Image, more: object = {}): Promise<unknown> {
  return (await geodesicDistance(problem(image, more))).distances.map(bitsOf);
}

describe('element types', () => {
  test.each([
    ['int16', Int16Array.from(bytes)],
    ['uint16', Uint16Array.from(bytes)],
    ['uint8', bytes],
  ])('%s of equal values gives the bits of float32', async (_, image) => {
    const float = Float32Array.from(bytes);
    for (const more of [{}, { smooth: false }, { smooth: false, gate: 'none' }, { algorithm: 'heap' }]) {
      expect(await bitsFor(image, more)).toEqual(await bitsFor(float, more));
    }
  });

  test('scale and offset are applied in float64 and rounded once', async () => {
    const values = Float32Array.from(bytes, (raw) => raw * 0.1 - 7.3);
    const scaled = { data: Int16Array.from(bytes), scale: 0.1, offset: -7.3 };
    expect(await bitsFor(scaled)).toEqual(await bitsFor(values));
    expect(await bitsFor(scaled, { smooth: false })).toEqual(await bitsFor(values, { smooth: false }));
  });

  test('a probability in bytes counts 255ths', async () => {
    const of = (probability: Float32Array | Uint8Array) => ({ classes: [{ seedClass: 1, probability }] });
    const float = Float32Array.from(probabilityBytes, (raw) => raw / 255);
    const fromBytes = await bitsFor(bytes, of(probabilityBytes));
    expect(fromBytes).toEqual(await bitsFor(bytes, of(float)));
    expect(fromBytes).toEqual(referenceDistance(problem(bytes, of(probabilityBytes))).map(bitsOf));
  });

  test('a pseudo label takes the same types', async () => {
    const rest = Uint8Array.from(probabilityBytes, (raw) => 255 - raw);
    const both = new Uint8Array([...rest, ...probabilityBytes]);
    const options = (image: Image, probability: Float32Array | Uint8Array): PseudoLabelOptions => ({
      dims, spacing: [1, 1, 2], image, probability, classes: 2, seeds: seeds.map((seed) => (seed === 2 ? 0 : seed)),
      originLabel: new Uint8Array(voxels), gradientWeight: 0.01,
    });
    const small = await pseudoLabel(options(Int16Array.from(bytes), both));
    const large = await pseudoLabel(options(Float32Array.from(bytes), Float32Array.from(both, (raw) => raw / 255)));
    expect(bitsOf(small.confidence)).toEqual(bitsOf(large.confidence));
    expect(small.pseudoLabel).toEqual(large.pseudoLabel);
  });
});

describe("the caller's outputs", () => {
  test('are filled and returned, on shared memory and as views', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * voxels));
    const view = new Float32Array(4 * voxels + 3).fill(7).subarray(3, 3 + voxels);
    const { distances, reachedVoxels } = await geodesicDistance(problem(bytes, { outputs: [shared, view] }));
    expect(distances[0]).toBe(shared);
    expect(distances[1]).toBe(view);
    expect(distances.map(bitsOf)).toEqual(await bitsFor(bytes));
    expect(reachedVoxels).toEqual(distances.map((distance) => distance.filter((d) => d < Infinity).length));
    expect(new Float32Array(view.buffer).slice(0, 3)).toEqual(Float32Array.of(7, 7, 7));
  });

  test('of a pseudo label likewise', async () => {
    const outputs = { confidence: new Float32Array(new SharedArrayBuffer(4 * voxels)), focus: new Uint8Array(voxels) };
    const result = await pseudoLabel({
      dims, spacing: [1, 1, 1], image: bytes, probability: new Float32Array(3 * voxels).fill(0.3), classes: 3, seeds,
      originLabel: new Uint8Array(voxels), outputs,
    });
    expect(result.confidence).toBe(outputs.confidence);
    expect(result.focus).toBe(outputs.focus);
    expect(result.pseudoLabel[5]).toBe(1);
  });

  test.each<[string, (memory: ArrayBuffer) => object]>([
    ['another output', (memory) => ({ outputs: [new Float32Array(memory, 0, voxels), new Float32Array(memory, 4, voxels)] })],
    ['the image', (memory) => ({ image: new Float32Array(memory, 4, voxels), outputs: [new Float32Array(memory, 0, voxels), new Float32Array(voxels)] })],
    ['the seeds', (memory) => ({ seeds: new Uint8Array(memory, 4 * voxels - 1, voxels), outputs: [new Float32Array(memory, 0, voxels), new Float32Array(voxels)] })],
  ])('may not overlap %s', async (_, fields) => {
    const promise = geodesicDistance({ ...problem(bytes), ...fields(new ArrayBuffer(8 * voxels)) });
    await expect(promise).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { expected: 'memory that no other array uses' } });
  });

  test('side by side in one buffer are fine', async () => {
    const memory = new ArrayBuffer(8 * voxels);
    const outputs = [new Float32Array(memory, 0, voxels), new Float32Array(memory, 4 * voxels, voxels)];
    expect((await geodesicDistance(problem(bytes, { outputs }))).distances.map(bitsOf)).toEqual(await bitsFor(bytes));
  });

  test('one that is detached is refused', async () => {
    const gone = new Float32Array(voxels);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const error: unknown = await geodesicDistance(problem(bytes, { outputs: [gone, new Float32Array(voxels)] })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GeoscribeError);
    expect((error as GeoscribeError).detail).toMatchObject({ field: 'outputs[0]', received: 'Float32Array on a detached or empty buffer' });
  });
});

describe('buffers above 2^31 bytes', () => {
  const beyond = 2 ** 31 + 4096;
  const needed = 2 ** 32;
  const enough = freemem() > 2 * needed;

  // Untouched pages of the buffer cost no memory.
  test.skipIf(!enough)(`views far into one are read and written in place${enough ? '' : ' (skipped: less than 8 GiB of free memory)'}`, async () => {
    const memory = new ArrayBuffer(needed);
    const image = new Float32Array(memory, beyond, voxels);
    image.set(bytes);
    const outputs = [1, 2].map((slot) => new Float32Array(memory, beyond + 8 * voxels * slot, voxels));
    const { distances } = await geodesicDistance(problem(image, { outputs }));
    expect(distances.map(bitsOf)).toEqual(await bitsFor(Float32Array.from(bytes)));
  });
});
