import { describe, expect, test } from 'vitest';
import { pseudoLabel, type EdgeBands, type PseudoLabelProblem, type Vec3 } from '../src/index.js';
import { voxelsOf } from './support/problems.js';

const bands: EdgeBands = { caps: [0, 0.25, 0.5], axes: 'auto' };

/**
 * A volume whose pseudo label is given: the network is certain of `label` and one stroke of class 0, so cheap that it
 * reaches everything with G > 0.99, makes the whole volume the focus area without changing a label.
 */
function labelled(dims: Vec3, label: (x: number, y: number, z: number) => number, more: Partial<PseudoLabelProblem> = {}): PseudoLabelProblem {
  const n = voxelsOf(dims);
  const originLabel = Uint8Array.from({ length: n }, (_, v) =>
    label(v % dims[0], Math.floor(v / dims[0]) % dims[1], Math.floor(v / (dims[0] * dims[1]))),
  );
  const probability = new Float32Array(2 * n);
  originLabel.forEach((c, v) => (probability[c * n + v] = 1));
  const seeds = new Uint8Array(n).fill(255);
  seeds[0] = originLabel[0]!;
  return {
    dims, spacing: [1, 1, 1], image: [new Float32Array(n)], probability, classes: 2, seeds, originLabel,
    distanceWeight: 0, probabilityWeight: 0, beta: 1, edgeBands: bands, ...more,
  };
}

const sides = (at: number) => (x: number) => (x < at ? 0 : 1);

describe('caps beside an edge', () => {
  test('0, 0.25 and 0.5 at edge distance 0, 1, 2 on both sides, more beyond', async () => {
    const { confidence, pseudoLabel: label } = await pseudoLabel(labelled([10, 1, 1], sides(5)));
    expect(Array.from(label)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    // Class 1 has no stroke: its confidence is 0.5 (1 - G_0), all but nothing. Class 0 shows the caps.
    expect(confidence[0]).toBe(1);
    expect(confidence[1]).toBeGreaterThan(0.99);
    expect(Array.from(confidence.slice(2, 6))).toEqual([0.5, 0.25, 0, 0]);
  });

  test('in a plane the distance is counted in steps between faces', async () => {
    const { confidence } = await pseudoLabel(labelled([5, 5, 1], (x, y) => (x === 4 && y === 4 ? 1 : 0)));
    const at = (x: number, y: number) => confidence[x + 5 * y];
    expect([at(3, 4), at(4, 3), at(3, 3), at(2, 4), at(2, 3), at(1, 4)]).toEqual([0, 0, 0.25, 0.25, 0.5, 0.5]);
    expect(at(1, 3)).toBeGreaterThan(0.99);
  });

  test('none leaves the confidence as it is', async () => {
    const { confidence } = await pseudoLabel(labelled([10, 1, 1], sides(5), { edgeBands: 'none' }));
    expect(confidence[4]).toBeGreaterThan(0.99);
  });
});

describe('which neighbours count', () => {
  const alongZ = (_x: number, _y: number, z: number) => (z < 2 ? 0 : 1);

  test('an axis with a spacing above 3 x the smallest does not, one of exactly 3 x does', async () => {
    const coarse = await pseudoLabel(labelled([1, 1, 4], alongZ, { spacing: [1, 1, 3.1] }));
    expect(coarse.confidence[1]).toBeGreaterThan(0.99);
    const limit = await pseudoLabel(labelled([1, 1, 4], alongZ, { spacing: [1, 1, 3] }));
    expect(limit.confidence[1]).toBe(0);
  });

  test('named axes override the spacing', async () => {
    const named = { caps: [0], axes: ['z' as const] };
    const onZ = await pseudoLabel(labelled([1, 1, 4], alongZ, { spacing: [1, 1, 9], edgeBands: named }));
    expect(onZ.confidence[1]).toBe(0);
    const onX = await pseudoLabel(labelled([4, 1, 1], sides(2), { edgeBands: named }));
    expect(onX.confidence[1]).toBeGreaterThan(0.99);
  });
});

describe('the focus area', () => {
  test('a neighbour outside it makes an edge, but outside it no confidence is capped and no way leads through', async () => {
    // Voxel 3 is a wall: voxels 4 to 6 are not reached and keep the origin label 1.
    const channel = Float32Array.from([0, 0, 0, NaN, 0, 0, 0]);
    const { confidence, focus } = await pseudoLabel(labelled([7, 1, 1], sides(3), { image: [channel] }));
    expect(Array.from(focus)).toEqual([1, 1, 1, 0, 0, 0, 0]);
    expect(Array.from(confidence.slice(1))).toEqual([0.25, 0, 0.5, 0.5, 0.5, 0.5]);
  });

  test('voxels outside it never shorten a distance', async () => {
    // Upper row: an edge at its right end, voxel (3, 0) is outside the focus area. Around it the way is longer.
    const channel = new Float32Array(12);
    channel[3] = NaN;
    const { confidence, focus } = await pseudoLabel(
      labelled([6, 2, 1], (x, y) => (x === 5 && y === 0 ? 1 : 0), { image: [channel], edgeBands: { caps: [0, 0.1, 0.2, 0.3], axes: 'auto' } }),
    );
    expect(focus[3]).toBe(0);
    const at = (x: number, y: number) => confidence[x + 6 * y]!;
    // (4,0) and (5,1) lie beside (5,0). Through (3,0) voxel (2,0) would be 2 steps from (4,0), around it it is 4.
    expect([at(4, 0), at(4, 1), at(3, 1), at(2, 1)]).toEqual([0, 0.1, 0.2, 0.3].map(Math.fround));
    expect(at(2, 0)).toBeGreaterThan(0.99);
  });
});
