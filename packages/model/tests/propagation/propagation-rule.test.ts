import { campaignConfigSchema } from '@geoscribe/campaign';
import { describe, expect, test } from 'vitest';
import { overruledLogOdds } from '../../src/propagation/overruled-log-odds.js';
import { propagationRule } from '../../src/propagation/propagation-rule.js';

const unmarked = 255;

/** Four voxels, three classes, `[C, n]`. */
const probability = Float32Array.from([
  ...[0.8, 0.2, 0, 0.5],
  ...[0.1, 0.7, 1, 0.5],
  ...[0.1, 0.1, 0, 0],
]);
const originLabel = Uint8Array.from([0, 1, 1, 0]);
const seeds = (...values: number[]): Uint8Array => Uint8Array.from(values);
/** Probabilities are float32. */
const digits = 6;

describe('log-odds that strokes overrule', () => {
  test('are those of the greatest class against the drawn one', () => {
    expect(overruledLogOdds({ seeds: seeds(1, unmarked, unmarked, unmarked), originLabel, probability })[1]).toBeCloseTo(Math.log(8), digits);
  });

  test('are a median over the voxels that are drawn wrong', () => {
    const stroked = { seeds: seeds(2, 2, 2, unmarked), originLabel, probability };
    // log 8, log 7 and, floored, log 1e4.
    expect(overruledLogOdds(stroked)[2]).toBeCloseTo(Math.log(8), digits);
  });

  test('leave out strokes that confirm the origin label', () => {
    const stroked = { seeds: seeds(1, 1, 1, unmarked), originLabel, probability };
    expect(overruledLogOdds(stroked)[1]).toBeCloseTo(Math.log(8), digits);
    expect(overruledLogOdds({ ...stroked, seeds: seeds(unmarked, 1, 1, unmarked) })[1]).toBe(0);
  });

  test('are 0 without strokes, and where the network has come to agree', () => {
    expect(overruledLogOdds({ seeds: seeds(unmarked, unmarked, unmarked, unmarked), originLabel, probability })[1]).toBe(0);
    expect(overruledLogOdds({ seeds: seeds(unmarked, unmarked, 1, unmarked), originLabel: Uint8Array.from([0, 0, 0, 0]), probability })[1]).toBe(0);
  });

  test('leave a class that does not exist to the transform, which refuses it', () => {
    expect(overruledLogOdds({ seeds: seeds(7, unmarked, unmarked, unmarked), originLabel, probability })).toEqual([0, 0, 0]);
  });

  test('count a NaN as 0', () => {
    const broken = Float32Array.from(probability);
    broken[0] = NaN;
    const stroked = { seeds: seeds(2, unmarked, unmarked, unmarked), originLabel, probability: broken };
    // 0.1 for each of the other two.
    expect(overruledLogOdds(stroked)[2]).toBeCloseTo(0, digits);
  });
});

describe('the rule of a case', () => {
  const { geodesic } = campaignConfigSchema.parse({ name: 'rule', dataset: { dir: '.' }, cases: { scribbled: [] } });
  const settings = { ...geodesic, mode: 'posterior' as const };
  const classWeight = [0.1, 0.1, 0.2];
  const stroked = { seeds: seeds(1, 2, unmarked, unmarked), originLabel, probability };

  test('beta grows with what the strokes of a class overrule', () => {
    const { beta, distanceWeight, mode } = propagationRule({ settings, mode: 'posterior', classWeight, stroked });
    expect(beta[0]).toBe(4);
    expect(beta[1]).toBeCloseTo(4 + 0.8 * Math.log(8), digits);
    expect(beta[2]).toBeCloseTo(4 + 0.8 * Math.log(7), digits);
    expect([distanceWeight, mode]).toEqual([classWeight, 'posterior']);
  });

  test('numbers of the campaign hold for every class', () => {
    const given = { ...settings, beta: 6, distanceWeight: 0.05 };
    const rule = propagationRule({ settings: given, mode: 'posterior', classWeight, stroked });
    expect([rule.beta, rule.distanceWeight]).toEqual([[6, 6, 6], [0.05, 0.05, 0.05]]);
  });

  test('a case without strokes has a rule', () => {
    expect(propagationRule({ settings, mode: 'self-training', classWeight }).beta).toEqual([4, 4, 4]);
  });

  test("the reference rule comes with the reference's gate and weight", () => {
    const rule = propagationRule({ settings: { ...settings, distanceWeight: 0.2 }, mode: 'reference', classWeight, stroked });
    expect([rule.mode, rule.gate, rule.distanceWeight]).toEqual(['reference', 'reference', [0.01, 0.01, 0.01]]);
  });
});
