import fc from 'fast-check';
import type { PseudoLabelProblem, Vec3 } from '../../src/index.js';
import type { OneClassProblem } from './one-class.js';

/** Random problems for the properties: volumes up to 12^3, every option, walls of every kind. */

/** Deterministic numbers in [0, 1): mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function voxelsOf(dims: Vec3): number {
  return dims[0] * dims[1] * dims[2];
}

const edge = fc.integer({ min: 1, max: 12 });
const dims = fc.tuple(edge, edge, edge);
const length = fc.constantFrom(0.5, 0.7, 1, 1.3, 3.1);
const spacing = fc.tuple(length, length, length);
const weight = fc.constantFrom(0, 0.01, 0.1, 0.3, 1, 2.5);
const randomSeed = fc.integer({ min: 0, max: 2 ** 31 });
const gate = fc.constantFrom('none' as const, 'robust' as const, 'reference' as const);
const neighbours = fc.constantFrom(6 as const, 26 as const);
const cutoff = fc.constantFrom(0.001, 0.3, 1, 5, Infinity);

/**
 * Intensities: plain noise, noise on a ramp so that the gate bites, a constant, exponents all over float32, or noise
 * with pairs of huge values that cancel within a window.
 */
const texture = fc.constantFrom('noise', 'ramp', 'constant', 'wild', 'cancelling');

function intensities(dims: Vec3, kind: string, random: () => number): Float32Array {
  const values = Float32Array.from({ length: voxelsOf(dims) }, (_, voxel) => {
    const noise = random() - 0.5;
    if (kind === 'ramp') return (voxel % dims[0]) + noise;
    if (kind === 'constant') return 3;
    if (kind === 'wild') return noise * 2 ** Math.floor(200 * random() - 100);
    return noise;
  });
  if (kind === 'cancelling') {
    for (let voxel = 0; voxel + 1 < values.length; voxel += 1) {
      if (random() < 0.05) values.set([2 ** 60, -(2 ** 60)], voxel);
    }
  }
  return values;
}

/** Sprinkles `values` over an array. */
function sprinkled<Values extends Float32Array | Uint8Array>(array: Values, share: number, values: number[], random: () => number): Values {
  array.forEach((_, index) => {
    if (random() < share) array[index] = values[Math.floor(random() * values.length)]!;
  });
  return array;
}

export const distanceProblems: fc.Arbitrary<OneClassProblem> = fc
  .record({
    dims, spacing, texture, randomSeed, gate, neighbours, cutoff,
    channels: fc.integer({ min: 1, max: 3 }),
    weights: fc.record({ distance: weight, gradient: weight, probability: weight }),
    smooth: fc.boolean(),
    withProbability: fc.boolean(),
    withMask: fc.boolean(),
    broken: fc.constantFrom(0, 0.1),
    seeded: fc.constantFrom(0, 0.002, 0.05, 1),
  })
  .map(({ texture: kind, randomSeed: seed, channels, withProbability, withMask, broken, seeded, ...rest }) => {
    const random = randomNumbers(seed);
    const n = voxelsOf(rest.dims);
    const image = Array.from({ length: channels }, () =>
      sprinkled(intensities(rest.dims, kind, random), broken, [NaN, Infinity, -Infinity], random),
    );
    const seeds = sprinkled(new Uint8Array(n).fill(255), seeded, [1, 1, 0, 2], random);
    if (seeded > 0) seeds[Math.floor(random() * n)] = 1;
    const probability = sprinkled(Float32Array.from({ length: n }, random), broken, [NaN, 0, 1], random);
    const mask = sprinkled(new Uint8Array(n).fill(1), 0.1, [0], random);
    return {
      ...rest, image, seeds, seedClass: 1,
      ...(withProbability && { probability }),
      ...(withMask && { mask }),
    };
  });

const caps = fc.constantFrom([0], [0, 0.25, 0.5], [0.1, 0.2, 0.3, 0.4]);
const axes = fc.constantFrom('auto' as const, ['x' as const], ['y' as const, 'z' as const], []);
const edgeBands = fc.oneof(fc.constant('none' as const), fc.record({ caps, axes }));

export const pseudoLabelProblems: fc.Arbitrary<PseudoLabelProblem> = fc
  .record({
    dims, spacing, texture, randomSeed, gate, neighbours, cutoff, edgeBands,
    classes: fc.integer({ min: 1, max: 5 }),
    channels: fc.integer({ min: 1, max: 2 }),
    mode: fc.constantFrom('posterior' as const, 'reference' as const, 'posterior' as const, 'reference' as const, 'seeds-only' as const, 'self-training' as const, 'partial' as const),
    review: fc.constantFrom('scribbles' as const, 'scribbles' as const, 'scribbles' as const, 'no-error' as const, 'unseen' as const),
    weights: fc.tuple(weight, weight, weight),
    focusThreshold: fc.constantFrom(0, 0.1, 0.5, 1),
    tau: fc.constantFrom(1e-50, 1, 5, 9),
    beta: fc.oneof(fc.constantFrom(2, 6, 1e30), fc.array(fc.constantFrom(0.5, 3, 6, 20, 1e30), { minLength: 5, maxLength: 5 })),
    broken: fc.constantFrom(0, 0.05),
    seeded: fc.constantFrom(0, 0.002, 0.02),
    wide: fc.boolean(),
  })
  .map(({ texture: kind, randomSeed: seed, channels, weights, broken, seeded, wide, ...rest }) => {
    const random = randomNumbers(seed);
    const n = voxelsOf(rest.dims);
    const classes = Array.from({ length: rest.classes }, (_, c) => c);
    const probability = softmaxLike(n, rest.classes, random);
    const origin = Array.from({ length: n }, () => Math.floor(random() * rest.classes));
    return {
      ...rest,
      beta: typeof rest.beta === 'number' ? rest.beta : rest.beta.slice(0, rest.classes),
      image: Array.from({ length: channels }, () =>
        sprinkled(intensities(rest.dims, kind, random), broken, [NaN, Infinity], random),
      ),
      probability: sprinkled(probability, broken, [NaN], random),
      seeds: sprinkled(new Uint8Array(n).fill(255), seeded, classes, random),
      originLabel: wide ? Uint16Array.from(origin) : Uint8Array.from(origin),
      distanceWeight: classes.map((c) => weights[c % 3]!),
      gradientWeight: weights[1],
      probabilityWeight: weights[2],
    };
  });

function softmaxLike(n: number, classes: number, random: () => number): Float32Array {
  const probability = new Float32Array(n * classes);
  for (let v = 0; v < n; v += 1) {
    const raw = Array.from({ length: classes }, () => random() ** 3);
    const total = raw.reduce((sum, value) => sum + value, 0);
    raw.forEach((value, c) => (probability[c * n + v] = value / total));
  }
  return probability;
}
