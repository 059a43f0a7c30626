import { describe, expect, test } from 'vitest';
import { influence, pseudoLabel, type PseudoLabelProblem } from '../src/index.js';

/** A row of voxels, two classes: constant image, the network sure of class 0 with 0.8. */
function row(length: number, seeds: Record<number, number>, more: Partial<PseudoLabelProblem> = {}): PseudoLabelProblem {
  const map = new Uint8Array(length).fill(255);
  for (const [voxel, label] of Object.entries(seeds)) map[Number(voxel)] = label;
  const probability = new Float32Array(2 * length).fill(0.8, 0, length).fill(0.2, length);
  return {
    dims: [length, 1, 1], spacing: [1, 1, 1], image: [new Float32Array(length).fill(1)], probability, classes: 2,
    seeds: map, originLabel: new Uint8Array(length), distanceWeight: 0.5, probabilityWeight: 0, edgeBands: 'none', ...more,
  };
}

/** Values near 1 kept as float32. */
const tolerance = 2 ** -23;

function expectClose(actual: Float32Array, expected: number[]): void {
  expected.forEach((value, voxel) => expect(Math.abs(actual[voxel]! - value)).toBeLessThan(tolerance));
}

test('the influence has the values that the method lists', () => {
  // Six decimals are listed.
  const listed = { 0: 1, 0.5: 0.87832, 1: 0.709173, 1.5: 0.498407, 2: 0.278647, 2.5: 0.106832, 3: 0.021991 };
  for (const [distance, value] of Object.entries(listed)) expect(Math.abs(influence(Number(distance)) - value)).toBeLessThan(5.1e-7);
  expect(influence(Infinity)).toBe(0);
});

describe('posterior', () => {
  test('a stroke wins where e^(beta G) outweighs the odds, and its G is the confidence', async () => {
    // Odds 0.8 : 0.2 are outweighed by e^(6 G) for G > 0.231: up to four steps of 0.5 (0.279), not five (0.107).
    const result = await pseudoLabel(row(8, { 0: 1 }));
    expect(Array.from(result.pseudoLabel)).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
    expect(Array.from(result.focus)).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    const g = (steps: number) => influence(steps * 0.50001);
    // Step 5: class 0 wins without a stroke of its own, weakened by the rival's G. Beyond: half the network's word.
    expectClose(result.confidence, [1, g(1), g(2), g(3), g(4), 0.5 * 0.8 * (1 - g(5)), 0.4, 0.4]);
  });

  test('a small beta leaves the network its say', async () => {
    const result = await pseudoLabel(row(4, { 0: 1 }, { beta: 1 }));
    expect(Array.from(result.pseudoLabel)).toEqual([1, 0, 0, 0]);
  });

  test('every class may have its own beta', async () => {
    // Seen from both ends: G 0.709 against G 0.878, one and three halves of a step away.
    const probability = new Float32Array(8).fill(0.5);
    const seeds = { 0: 0, 3: 1 };
    const even = await pseudoLabel(row(4, seeds, { probability }));
    const uneven = await pseudoLabel(row(4, seeds, { probability, beta: [6, 9] }));
    expect(Array.from(even.pseudoLabel)).toEqual([0, 0, 1, 1]);
    // 9 * 0.709 > 6 * 0.878: the second class wins beside the stroke of the first.
    expect(Array.from(uneven.pseudoLabel)).toEqual([0, 1, 1, 1]);
  });

  test('probabilities are floored at 1e-4: a network that is certain can be overruled', async () => {
    const probability = Float32Array.from([1, 1, 0, 0]);
    // 1 : 1e-4 against e^(12 G) with G = 0.878.
    const result = await pseudoLabel(row(2, { 0: 1 }, { probability, beta: 12 }));
    expect(Array.from(result.pseudoLabel)).toEqual([1, 1]);
  });

  test('ties go to the lower class', async () => {
    const probability = new Float32Array(6).fill(0.5);
    const result = await pseudoLabel(row(3, { 0: 1, 2: 0 }, { probability, originLabel: new Uint8Array(3).fill(1) }));
    expect(Array.from(result.pseudoLabel)).toEqual([1, 0, 0]);
  });

  test('outside the focus area the confidence falls where the network has left the origin label', async () => {
    const result = await pseudoLabel(row(3, {}, { originLabel: Uint8Array.from([0, 1, 1]) }));
    expect(Array.from(result.pseudoLabel)).toEqual([0, 1, 1]);
    expectClose(result.confidence, [0.4, 0.1, 0.1]);
  });
});

describe('reference', () => {
  test('label by p + G - G of the others, confidence max G, outside half the greatest score', async () => {
    // Class 1 leads while 2 G > 0.6.
    const result = await pseudoLabel(row(8, { 0: 1 }, { mode: 'reference', gate: 'none' }));
    expect(Array.from(result.pseudoLabel)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    const g = (steps: number) => influence(steps * 0.50001);
    expectClose(result.confidence, [1, g(1), g(2), g(3), g(4), g(5), 0.5 * (0.8 - g(6)), 0.5 * (0.8 - g(7))]);
  });

  test('its gate is the range inset by 5 %, that of the other modes cuts the tails', async () => {
    const image = Float32Array.from({ length: 400 }, (_, x) => (x === 399 ? 1e4 : x));
    const more = { image: [image], gradientWeight: 0, distanceWeight: 0.001, originLabel: new Uint8Array(400) };
    const reference = await pseudoLabel(row(400, { 200: 1 }, { ...more, mode: 'reference' }));
    const robust = await pseudoLabel(row(400, { 200: 1 }, more));
    // 5 % of 10^4 is above every voxel but the last: only the seed is reached.
    expect(reference.statistics.reachedVoxels).toEqual([0, 1]);
    expect(robust.statistics.reachedVoxels[1]).toBeGreaterThan(300);
  });
});

describe('modes and reviews that spread nothing', () => {
  const drawn = row(4, { 1: 1 });

  test('seeds-only: the strokes at 1, elsewhere the origin label at 0.5 p', async () => {
    const result = await pseudoLabel({ ...drawn, mode: 'seeds-only' });
    expect(Array.from(result.pseudoLabel)).toEqual([0, 1, 0, 0]);
    expectClose(result.confidence, [0.4, 1, 0.4, 0.4]);
    expect(Array.from(result.focus)).toEqual([0, 1, 0, 0]);
  });

  test('self-training: strokes are not looked at', async () => {
    const result = await pseudoLabel({ ...drawn, mode: 'self-training' });
    expect(Array.from(result.pseudoLabel)).toEqual([0, 0, 0, 0]);
    expectClose(result.confidence, [0.4, 0.4, 0.4, 0.4]);
  });

  test('partial: the strokes at 1, elsewhere nothing', async () => {
    const result = await pseudoLabel({ ...drawn, mode: 'partial' });
    expect(Array.from(result.pseudoLabel)).toEqual([0, 1, 0, 0]);
    expect(Array.from(result.confidence)).toEqual([0, 1, 0, 0]);
  });

  test('a case reviewed without error: the origin label with confidence 1 everywhere, no bands', async () => {
    const originLabel = Uint8Array.from([0, 0, 1, 1]);
    const result = await pseudoLabel({ ...drawn, originLabel, seeds: undefined, review: 'no-error', edgeBands: { caps: [0], axes: 'auto' } });
    expect(result.pseudoLabel).toEqual(originLabel);
    expect(Array.from(result.confidence)).toEqual([1, 1, 1, 1]);
  });

  test('a case nobody looked at: the origin label at 0.5 p', async () => {
    const result = await pseudoLabel({ ...drawn, seeds: undefined, image: [], review: 'unseen' });
    expectClose(result.confidence, [0.4, 0.4, 0.4, 0.4]);
    expect(result.statistics.focusFraction).toBe(0);
  });
});

describe('statistics', () => {
  test('count what was reached, flipped, and how sure it is', async () => {
    const { statistics, confidence } = await pseudoLabel(row(8, { 0: 1 }));
    expect(statistics.focusFraction).toBe(6 / 8);
    expect(statistics.flippedVoxels).toBe(5);
    expect(statistics.reachedVoxels).toEqual([0, 8]);
    expect(statistics.meanConfidence).toBeCloseTo(confidence.reduce((sum, value) => sum + value, 0) / 8, 12);
  });

  test('the walled share is that of the class which the gate hits hardest, the background left out', async () => {
    const image = Float32Array.from({ length: 100 }, (_, x) => x);
    const originLabel = Uint8Array.from(image, (x) => (x < 10 ? 1 : 0));
    const { statistics } = await pseudoLabel(row(100, { 50: 0 }, { image: [image], originLabel }));
    // Gate: 0.495 + 4.9005 = 5.3955 to 93.6045; the mean leaves all but the two ends as they are: 0 to 5 and 94 to 99.
    expect(statistics.walledShares).toEqual([0, 6 / 10]);
    expect(statistics.walledShare).toBe(6 / 10);
  });
});

test('a class without seeds has no influence; a class with one may win against it everywhere', async () => {
  const result = await pseudoLabel(row(3, { 1: 0 }, { originLabel: Uint8Array.from([1, 1, 1]) }));
  expect(Array.from(result.pseudoLabel)).toEqual([0, 0, 0]);
});

test('each class has its own reach', async () => {
  const probability = new Float32Array(22).fill(0.5);
  const { statistics } = await pseudoLabel(row(11, { 0: 0, 10: 1 }, { probability, distanceWeight: [0.5, 2.5], cutoff: 5 }));
  // Nine steps of 0.50001 and one of 2.50001 stay within 5: two steps of the latter would cost 5.00002.
  expect(statistics.reachedVoxels).toEqual([10, 2]);
});
