import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import { coarseAxis, resampleCubic, resampleLinear } from '../../src/preprocessing/resample.js';

/** nnU-Net's recorded result (scikit-image and scipy below it); tool, versions and command are in the fixture. */
const fixture = JSON.parse(readFileSync(new URL('../fixtures/resample.json', import.meta.url), 'utf8')) as {
  cases: {
    name: string;
    shape: TensorShape;
    target: TensorShape;
    spacing: TensorShape;
    targetSpacing: TensorShape;
    order: 1 | 3;
    input: number[];
    output: number[];
  }[];
};

describe('resampling', () => {
  it.each(fixture.cases.map((c) => [c.name, c] as const))("equals nnU-Net's: %s", (_name, c) => {
    const resample = c.order === 3 ? resampleCubic : resampleLinear;
    const result = resample({
      data: Float32Array.from(c.input),
      shape: c.shape,
      target: c.target,
      coarse: coarseAxis(c.spacing, c.targetSpacing),
    });
    expect(result.length).toBe(c.output.length);
    // float32 between the axes against float64 throughout: three roundings of values up to 400.
    const tolerance = 400 * 2 ** -23;
    const worst = result.reduce((most, value, i) => Math.max(most, Math.abs(value - c.output[i]!)), 0);
    expect(worst).toBeLessThan(tolerance);
  });
});
