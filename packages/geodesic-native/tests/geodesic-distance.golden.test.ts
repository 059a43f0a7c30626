import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { GateRule, Neighbourhood, StepWeights, Vec3 } from '../src/index.js';
import { distanceOf } from './support/one-class.js';

interface Fixture {
  madeWith: Record<string, string>;
  cases: {
    dims: Vec3;
    spacing: Vec3;
    gate: GateRule;
    neighbours: Neighbourhood;
    cutoff: number;
    weights: StepWeights;
    image: number[][];
    probability: number[];
    seeds: number[];
    distance: (number | null)[];
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/scipy-distance.json', import.meta.url), 'utf8')) as Fixture;

// Some 20 steps, each rounded to float32 near 1: 20 * 6e-8, and the rounding of smoothed intensities of the same size.
const tolerance = 1e-5;

describe(`recorded with SciPy's csgraph in float64 (${JSON.stringify(fixture.madeWith)})`, () => {
  test.each(fixture.cases)('$dims, spacing $spacing, $neighbours neighbours, gate $gate', async (entry) => {
    const distance = await distanceOf({
      ...entry,
      image: entry.image.map((channel) => Float32Array.from(channel)),
      probability: Float32Array.from(entry.probability),
      seeds: Uint8Array.from(entry.seeds),
      seedClass: 1,
    });
    entry.distance.forEach((expected, voxel) => {
      if (expected === null) expect(distance[voxel]).toBe(Infinity);
      else expect(Math.abs(distance[voxel]! - expected)).toBeLessThan(tolerance);
    });
  });
});
