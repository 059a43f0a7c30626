import { describe, expect, it } from 'vitest';
import { UNMARKED, type Vec3 } from '@geoscribe/core-io';
import { simulateAnnotator } from '../../src/annotator/simulate-annotator.js';

const dims: Vec3 = [12, 10, 8];
const index = (x: number, y: number, z: number): number => (z * 10 + y) * 12 + x;

/** Sets a box of voxels, bounds included. */
function box(label: Uint8Array, value: number, [x0, y0, z0]: Vec3, [x1, y1, z1]: Vec3): void {
  for (let z = z0; z <= z1; z++) for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) label[index(x, y, z)] = value;
}

/** Truth with two organs; the prediction misses a slab of one, a rod of the other, and invents a block. */
function scene(): { prediction: Uint8Array; truth: Uint8Array } {
  const truth = new Uint8Array(960);
  box(truth, 1, [1, 1, 1], [5, 5, 4]);
  box(truth, 2, [8, 1, 1], [10, 8, 6]);
  const prediction = truth.slice();
  box(prediction, 0, [1, 1, 1], [5, 5, 1]);
  box(prediction, 1, [8, 1, 6], [8, 8, 6]);
  box(prediction, 2, [1, 8, 2], [4, 9, 3]);
  return { prediction, truth };
}

const settings = { dims, classes: 3, strokesPerCase: 5, minimumComponent: 5 };

describe('simulateAnnotator', () => {
  it('draws the true class inside the errors, largest first, one stroke each', () => {
    const { prediction, truth } = scene();
    const result = simulateAnnotator({ prediction, truth, ...settings });
    expect(result.errorComponents).toBe(3);
    expect(result.strokes.map((s) => s.class)).toEqual([1, 0, 2]);
    for (const stroke of result.strokes) {
      expect(stroke.voxels.length).toBeGreaterThan(0);
      for (const voxel of stroke.voxels) {
        expect(truth[voxel]).toBe(stroke.class);
        expect(prediction[voxel]).not.toBe(stroke.class);
        expect(result.seedMap[voxel]).toBe(stroke.class);
      }
    }
    expect(result.markedVoxels).toBe(result.seedMap.filter((v) => v !== UNMARKED).length);
  });

  it('draws the skeleton of the largest slice: the middle line of the rod', () => {
    const { prediction, truth } = scene();
    const rod = simulateAnnotator({ prediction, truth, ...settings }).strokes[2]!;
    expect(rod.voxels).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((y) => index(8, y, 6)));
  });

  it('leaves out small errors and strokes beyond the number asked for', () => {
    const { prediction, truth } = scene();
    const one = simulateAnnotator({ prediction, truth, ...settings, strokesPerCase: 1 });
    expect(one.strokes.map((s) => s.class)).toEqual([1]);
    const large = simulateAnnotator({ prediction, truth, ...settings, minimumComponent: 17 });
    expect(large.strokes.map((s) => s.class)).toEqual([1]);
    const none = simulateAnnotator({ prediction: truth, truth, ...settings });
    expect(none).toEqual({ seedMap: new Uint8Array(960).fill(UNMARKED), strokes: [], markedVoxels: 0, errorComponents: 0 });
  });

  it('marks the whole part where thinning would leave nothing', () => {
    const truth = new Uint8Array(960);
    box(truth, 1, [3, 3, 3], [4, 4, 3]);
    const { strokes } = simulateAnnotator({ prediction: new Uint8Array(960), truth, ...settings, minimumComponent: 4 });
    expect(strokes).toEqual([{ class: 1, voxels: [index(3, 3, 3), index(4, 3, 3), index(3, 4, 3), index(4, 4, 3)] }]);
  });

  it('draws in the largest part of the slice, pixels that touch by a corner being one part', () => {
    const truth = new Uint8Array(960);
    box(truth, 1, [0, 1, 2], [5, 1, 2]); // a row, and
    box(truth, 1, [6, 2, 2], [11, 2, 2]); // a row at its corner,
    box(truth, 1, [0, 4, 2], [10, 4, 2]); // beside a single, longer row,
    box(truth, 1, [0, 1, 1], [0, 4, 1]); // all joined one slice
    box(truth, 1, [6, 2, 1], [6, 4, 1]); // below
    const { strokes } = simulateAnnotator({ prediction: new Uint8Array(960), truth, ...settings });
    const row = (from: number, to: number, y: number): number[] =>
      Array.from({ length: to - from + 1 }, (_, k) => index(from + k, y, 2));
    expect(strokes).toEqual([{ class: 1, voxels: [...row(0, 5, 1), ...row(6, 11, 2)] }]);
  });

  it('lets nothing of the truth out but the classes it draws: truth changed away from the strokes gives the same output', () => {
    const truth = new Uint8Array(960);
    box(truth, 1, [1, 1, 1], [6, 6, 4]);
    box(truth, 2, [9, 2, 1], [10, 7, 4]);
    const prediction = new Uint8Array(960);
    const two = { ...settings, strokesPerCase: 1, minimumComponent: 10 };
    const before = simulateAnnotator({ prediction, truth, ...two });
    expect(before.strokes.map((s) => s.class)).toEqual([1]);

    const changed = truth.slice();
    box(changed, 0, [2, 2, 3], [5, 5, 4]); // inside the drawn error, on other slices than the stroke's
    box(changed, 0, [9, 2, 1], [9, 7, 2]); // in the second error, which is not drawn
    box(changed, 1, [10, 2, 3], [10, 7, 4]); // its true class
    box(changed, 2, [0, 9, 7], [4, 9, 7]); // a new error too small to count
    const { seedMap, strokes, markedVoxels } = simulateAnnotator({ prediction, truth: changed, ...two });
    expect({ seedMap, strokes, markedVoxels }).toEqual({
      seedMap: before.seedMap,
      strokes: before.strokes,
      markedVoxels: before.markedVoxels,
    });
  });

  it('does change where the selection changes', () => {
    const { prediction, truth } = scene();
    const changed = truth.slice();
    box(changed, 1, [6, 0, 7], [11, 9, 7]);
    expect(simulateAnnotator({ prediction, truth: changed, ...settings }).strokes).not.toEqual(
      simulateAnnotator({ prediction, truth, ...settings }).strokes,
    );
  });

  it('refuses arrays of another size', () => {
    expect(() => simulateAnnotator({ prediction: new Uint8Array(3), truth: new Uint8Array(960), ...settings })).toThrow(
      /prediction\): expected 960 voxels for dims 12 x 10 x 8 but received 3/,
    );
  });
});
