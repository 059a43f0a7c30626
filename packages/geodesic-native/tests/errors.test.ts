import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { describe, expect, test } from 'vitest';
import { geodesicDistance, pseudoLabel, verifyFixedPoint, type GeodesicDistanceOptions, type PseudoLabelOptions } from '../src/index.js';
import { loadAddon } from '../src/native.js';
import { allocated } from '../src/run-task.js';

const distanceOptions: GeodesicDistanceOptions = {
  dims: [3, 2, 1], spacing: [1, 1, 1], image: new Float32Array(6), seeds: new Uint8Array(6), classes: [{ seedClass: 0 }],
};
const labelOptions: PseudoLabelOptions = {
  dims: [3, 2, 1], spacing: [1, 1, 1], image: [new Float32Array(6)], probability: new Float32Array(12).fill(0.5), classes: 2,
  seeds: new Uint8Array(6).fill(255), originLabel: new Uint8Array(6),
};

async function errorOf(promise: Promise<unknown>): Promise<GeoscribeError> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(GeoscribeError);
  return error as GeoscribeError;
}

/** What TypeScript's library for Node 20 does not declare yet. */
const ResizableBuffer = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer & { resize(bytes: number): void };

/** A list without any element. */
function holes(length: number): unknown[] {
  return new Array<unknown>(length);
}

type Bad = [argument: string, value: unknown, expected: RegExp, received: RegExp];

const wrongInBoth: Bad[] = [
  ['dims', [3, 2], /three voxel counts/, /\[3, 2\]/],
  ['dims', [3, 2, 0], /three voxel counts/, /\[3, 2, 0\]/],
  ['dims', [3, 1.5, 2], /three voxel counts/, /1\.5/],
  ['spacing', [1, -1, 1], /greater than 0/, /-1/],
  ['spacing', [1, NaN, 1], /greater than 0/, /NaN/],
  ['spacing', [1, Infinity, 1], /greater than 0/, /Infinity/],
  ['seeds', new Uint8Array(5), /Uint8Array of 6 elements/, /Uint8Array of 5/],
  ['spacing', ['1', 1, 1], /greater than 0/, /"1"/],
  ['spacing', holes(3), /greater than 0/, /undefined/],
  ['seeds', new Int8Array(6), /Uint8Array of 6 elements/, /Int8Array/],
  ['seeds', new Array(20).fill(255), /Uint8Array of 6 elements/, /^\[(255, ){8}\.\.\.\] of 20 elements$/],
  ['seeds', Object.create(null), /Uint8Array of 6 elements/, /^an object/],
  ['cutoff', NaN, /greater than 0/, /NaN/],
  ['cutoff', -1, /greater than 0/, /-1/],
  ['gate', 'wide', /none, robust, reference/, /"wide"/],
  ['neighbours', 18, /6, 26/, /18/],
  ['threads', 0, /integer from 1 to 1024/, /0/],
  ['threads', 1.5, /integer from 1 to 1024/, /1\.5/],
  ['signal', {}, /AbortSignal/, /an object/],
  ['onProgress', 7, /a function/, /7/],
];

const wrongDistance: Bad[] = [
  ['image', new Float64Array(6), /Float32Array or Int16Array or Uint16Array or Uint8Array of 6 elements/, /Float64Array/],
  ['image', new Float32Array(7), /of 6 elements/, /of 7/],
  ['image', undefined, /of 6 elements/, /undefined/],
  ['image[1]', [new Float32Array(6), new Float32Array(2)], /of 6 elements/, /of 2/],
  ['image', [], /at least one channel/, /none/],
  ['image[0]', holes(1), /of 6 elements/, /undefined/],
  ['classes[0].seedClass', holes(1), /integer from 0 to 254/, /undefined/],
  ['outputs[0]', holes(1), /Float32Array of 6/, /undefined/],
  ['classes', [], /at least one class/, /\[\]/],
  ['classes[0].seedClass', [{ seedClass: 255 }], /integer from 0 to 254/, /255/],
  ['classes[1].seedClass', [{ seedClass: 1 }, { seedClass: 1 }], /occurs once/, /1 again/],
  ['classes[0].probability', [{ seedClass: 1, probability: new Float32Array(5) }], /Float32Array or Uint8Array of 6/, /of 5/],
  ['classes[0].distanceWeight', [{ seedClass: 1, distanceWeight: -1 }], /at least 0/, /-1/],
  ['algorithm', 'magic', /tiles, bucket, heap/, /"magic"/],
  ['outputs', [], /1 arrays, one a class/, /0/],
  ['outputs[0]', [new Float32Array(5)], /Float32Array of 6/, /of 5/],
  ['image.scale', { data: new Int16Array(6), scale: 0 }, /other than 0/, /0/],
  ['image.offset', { data: new Int16Array(6), offset: NaN }, /finite number/, /NaN/],
  ['image.data', { data: new Float64Array(6) }, /Int16Array/, /Float64Array/],
  ['mask', new Uint8Array(7), /Uint8Array of 6/, /of 7/],
  ['smooth', 'yes', /true, false/, /"yes"/],
  ['weights.distance', { distance: -1 }, /at least 0/, /-1/],
  ['weights.gradient', { gradient: NaN }, /at least 0/, /NaN/],
  ['weights.probability', { probability: 1e39 }, /at least 0/, /1e\+39/],
];

const wrongLabel: Bad[] = [
  ['image', [], /at least one channel/, /none/],
  ['image[0]', [new Float32Array(5)], /of 6/, /of 5/],
  ['probability', new Float32Array(6), /Float32Array or Uint8Array of 12/, /of 6/],
  ['classes', 256, /integer from 1 to 255/, /256/],
  ['seeds', undefined, /Uint8Array of 6/, /undefined/],
  ['originLabel', new Int32Array(6), /Uint8Array or Uint16Array of 6/, /Int32Array/],
  ['mode', 'continued', /posterior, reference/, /"continued"/],
  ['review', 'maybe', /scribbles, no-error, unseen/, /"maybe"/],
  ['distanceWeight', [1, 2, 3], /a number, or 2 of them/, /3/],
  ['distanceWeight[1]', [1, -2], /at least 0/, /-2/],
  ['distanceWeight[0]', holes(2), /at least 0/, /undefined/],
  ['outputs', null, /an object with arrays/, /null/],
  ['outputs.confidence', { confidence: new Float64Array(6) }, /Float32Array of 6/, /Float64Array/],
  ['tau', 0, /greater than 0/, /0/],
  ['beta', Infinity, /greater than 0/, /Infinity/],
  ['beta', [6], /a number, or 2 of them/, /1/],
  ['beta[1]', [6, 0], /greater than 0/, /0/],
  ['focusThreshold', 1.5, /from 0 to 1/, /1\.5/],
  ['edgeBands', 'wide', /'none' or an object/, /wide/],
  ['edgeBands.caps[0]', { caps: [2], axes: 'auto' }, /from 0 to 1/, /2/],
  ['edgeBands.caps.length', { caps: [], axes: 'auto' }, /integer from 1 to 254/, /0/],
  ['edgeBands.axes', { caps: [0], axes: ['w'] }, /'x', 'y', 'z'/, /w/],
];

/** The option that an argument such as `weights.distance` or `image[1]` is part of. */
const optionOf = (argument: string) => argument.split(/[.[]/)[0]!;

async function expectRefusal(promise: Promise<unknown>, [argument, , expected, received]: Bad): Promise<void> {
  const error = await errorOf(promise);
  expect(error.code).toBe('InvalidArgumentError');
  expect(error.detail.field).toBe(argument);
  expect(error.detail.expected).toMatch(expected);
  expect(error.detail.received).toMatch(received);
}

describe('a bad argument is named with what was expected and received', () => {
  test.each([...wrongInBoth, ...wrongDistance])('geodesicDistance: %s = %o', async (...bad) => {
    await expectRefusal(geodesicDistance({ ...distanceOptions, [optionOf(bad[0])]: bad[1] }), bad);
  });

  test.each([...wrongInBoth, ...wrongLabel])('pseudoLabel: %s = %o', async (...bad) => {
    await expectRefusal(pseudoLabel({ ...labelOptions, [optionOf(bad[0])]: bad[1] }), bad);
  });

  test.each<Bad>([
    ['distances', [], /1 arrays, one a class/, /0/],
    ['distances[0]', [new Float32Array(1)], /Float32Array of 6/, /of 1/],
    ['distances[0]', holes(1), /Float32Array of 6/, /undefined/],
  ])('verifyFixedPoint: %s = %o', async (...bad) => {
    await expectRefusal(verifyFixedPoint({ ...distanceOptions, distances: bad[1] as Float32Array[] }), bad);
  });

  test('a detached buffer', async () => {
    const image = new Float32Array(6);
    structuredClone(image.buffer, { transfer: [image.buffer] });
    await expectRefusal(geodesicDistance({ ...distanceOptions, image }), ['image', null, /of 6/, /detached/]);
  });

  test('a buffer that was resized', async () => {
    const buffer = new ResizableBuffer(24, { maxByteLength: 24 });
    const image = new Float32Array(buffer, 0, 6);
    buffer.resize(20);
    await expectRefusal(geodesicDistance({ ...distanceOptions, image }), ['image', null, /of 6/, /Float32Array of 0/]);
  });

  test.each([
    ['another output', { label: 0, confidence: 0 }, /outputs\.pseudoLabel/],
    ['the seeds', { label: 20, confidence: 32 }, /seeds/],
  ])('outputs of a pseudo label that overlap %s', async (_, at, received) => {
    const memory = new SharedArrayBuffer(64);
    const outputs = { pseudoLabel: new Uint8Array(memory, at.label, 6), confidence: new Float32Array(memory, at.confidence, 6) };
    const promise = pseudoLabel({ ...labelOptions, seeds: new Uint8Array(memory, 24, 6).fill(255), outputs });
    const argument = at.confidence === 0 ? 'outputs.confidence' : 'outputs.pseudoLabel';
    await expectRefusal(promise, [argument, null, /memory that no other array uses/, received]);
  });
});

test('arrays that find no room are a typed error', () => {
  let error: unknown;
  try {
    allocated(() => new ArrayBuffer(2 ** 52));
  } catch (reason) {
    error = reason;
  }
  expect(error).toMatchObject({ name: 'OutOfMemoryError', code: 'OutOfMemoryError' });
});

describe('a bad value inside an array is named with its place', () => {
  test('a probability outside [0, 1] by more than 1e-6', async () => {
    const probability = Float32Array.from([1, 1, 1, 1.1, 1, -2]);
    const error = await errorOf(geodesicDistance({ ...distanceOptions, classes: [{ seedClass: 0, probability }] }));
    expect(error.code).toBe('InvalidArgumentError');
    expect(error.detail).toMatchObject({ field: 'classes[0].probability', at: 'element 3', expected: 'values from 0 to 1, or NaN', received: '1.100000' });
  });

  test('one within 1e-6 is clamped', async () => {
    const probability = new Float32Array(6).fill(1 + 5e-7);
    const seeds = Uint8Array.from([0, 1, 1, 1, 1, 1]);
    const clamped = await geodesicDistance({ ...distanceOptions, seeds, classes: [{ seedClass: 0, probability }] });
    const exact = await geodesicDistance({ ...distanceOptions, seeds, classes: [{ seedClass: 0, probability: probability.fill(1) }] });
    expect(clamped.distances).toEqual(exact.distances);
  });

  test('a seed of no class', async () => {
    const error = await errorOf(pseudoLabel({ ...labelOptions, seeds: Uint8Array.from([255, 0, 2, 255, 7, 255]) }));
    expect(error.code).toBe('InvalidScribbleError');
    expect(error.detail).toMatchObject({ field: 'seeds', at: 'element 2', expected: 'a class from 0 to 1, or 255 for unmarked', received: '2' });
  });

  test('an origin label of no class', async () => {
    const error = await errorOf(pseudoLabel({ ...labelOptions, originLabel: Uint16Array.from([0, 0, 0, 0, 0, 300]) }));
    expect(error.code).toBe('InvalidLabelError');
    expect(error.detail).toMatchObject({ field: 'originLabel', at: 'element 5', received: '300' });
  });
});

describe('the native library', () => {
  test('a missing one names the command that builds it', () => {
    let error: unknown;
    try {
      loadAddon(['../build/release/not_there.node', '../prebuilds/nowhere/not-there.node']);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(GeoscribeError);
    expect((error as GeoscribeError).code).toBe('MissingLibraryError');
    expect((error as GeoscribeError).message).toContain('npm run setup');
  });

  test('one that was shipped serves where none was built', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'geoscribe-prebuild-'));
    const shipped = join(folder, 'geodesic-native.node');
    await copyFile(new URL('../build/release/geodesic_native.node', import.meta.url), shipped);
    const addon = loadAddon(['../build/release/not_there.node', shipped]);
    expect(addon.geodesicDistance).toBeTypeOf('function');
    await rm(folder, { recursive: true });
  });
});
