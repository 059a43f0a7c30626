import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labelScores } from '../../src/metrics/label-scores.js';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';

type Distances = Record<'hd95' | 'mssd' | 'assd', number | 'Infinity' | 'NaN'>;

/** Recorded results of MONAI, surface-distance and scipy; versions and command are in the fixture. */
const fixture = JSON.parse(readFileSync(new URL('../fixtures/surface-metrics.json', import.meta.url), 'utf8')) as {
  cases: {
    name: string;
    shape: TensorShape;
    spacing: TensorShape;
    prediction: string;
    reference: string;
    monai: Distances;
    openFaces: Distances | null;
    surfaceDice: [tolerance: number, value: number][];
  }[];
};

type Recorded = (typeof fixture.cases)[number];

function scores({ shape, spacing, prediction, reference }: Recorded, tolerance = 2, faces: 'open' | 'closed' = 'closed') {
  const [p, r] = [prediction, reference].map((text) => Uint8Array.from(text, (digit) => Number(digit) * 3));
  return labelScores({ prediction: p!, reference: r!, labels: [3], shape, spacing, tolerance, faces })[0]!;
}

const cases = fixture.cases.map((c) => [c.name, c] as const);
const withBoth = cases.filter(([, { prediction, reference }]) => prediction.includes('1') && reference.includes('1'));
const metrics = ['hd95', 'mssd', 'assd'] as const;

describe('surface metrics', () => {
  it.each(withBoth)("equal MONAI's: %s", (_name, recorded) => {
    const found = scores(recorded);
    // MONAI keeps distances as float32.
    for (const metric of metrics) expect(found[metric]).toBeCloseTo(recorded.monai[metric] as number, 5);
  });

  it.each(withBoth)("with open faces equal the CHAOS evaluation's: %s", (_name, recorded) => {
    const found = scores(recorded, 2, 'open');
    for (const metric of metrics) expect(found[metric]).toBeCloseTo(recorded.openFaces![metric] as number, 10);
  });

  it.each(cases)("surface Dice equals surface-distance's: %s", (_name, recorded) => {
    // A sum of areas in another order.
    for (const [tolerance, value] of recorded.surfaceDice) expect(scores(recorded, tolerance).nsd).toBeCloseTo(value, 12);
  });

  it.each(cases.filter(([name]) => name.startsWith('no ')))('are infinite with %s', (_name, recorded) => {
    // MONAI: Infinity, and NaN for the percentile.
    expect([recorded.monai.mssd, recorded.monai.assd]).toEqual(['Infinity', 'Infinity']);
    expect(scores(recorded)).toMatchObject({ hd95: Infinity, mssd: Infinity, assd: Infinity, nsd: 0, dice: 0, iou: 0 });
  });
});
