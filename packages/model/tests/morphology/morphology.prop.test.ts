import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '../../src/morphology/connected-components.js';
import { squaredDistancesAt, squaredDistanceTransform } from '../../src/morphology/distance-transform.js';
import { fillHoles } from '../../src/morphology/fill-holes.js';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';

const edge = fc.integer({ min: 1, max: 7 });
/** A mask of up to 7^3 voxels with its shape. */
const maskOfShape = fc.tuple(edge, edge, edge).chain((shape) =>
  fc.record({
    shape: fc.constant(shape as TensorShape),
    mask: fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: shape[0] * shape[1] * shape[2], maxLength: shape[0] * shape[1] * shape[2] })
      .map((values) => Uint8Array.from(values, (v) => (v > 1 ? 1 : 0))),
  }),
);

function position(voxel: number, [, ny, nx]: TensorShape): TensorShape {
  return [Math.floor(voxel / (nx * ny)), Math.floor(voxel / nx) % ny, voxel % nx];
}

function areNeighbours(a: TensorShape, b: TensorShape, connectivity: 6 | 26): boolean {
  const steps = a.map((v, axis) => Math.abs(v - b[axis]!));
  return connectivity === 6 ? steps[0]! + steps[1]! + steps[2]! === 1 : Math.max(...steps) === 1;
}

/** Component of every voxel by repeated relaxation over all pairs: the smallest member's index. */
function bruteForceComponents(mask: Uint8Array, shape: TensorShape, connectivity: 6 | 26): number[] {
  const root = Array.from(mask, (inside, i) => (inside ? i : -1));
  for (let changed = true; changed; ) {
    changed = false;
    for (let a = 0; a < mask.length; a++) {
      for (let b = 0; b < mask.length; b++) {
        if (root[a]! < 0 || root[b]! < 0 || root[a]! <= root[b]!) continue;
        if (areNeighbours(position(a, shape), position(b, shape), connectivity)) {
          root[a] = root[b]!;
          changed = true;
        }
      }
    }
  }
  return root;
}

describe('connectedComponents', () => {
  it.each([6, 26] as const)('equals a relaxation over all pairs, %i neighbours', (connectivity) => {
    fc.assert(
      fc.property(maskOfShape, ({ mask, shape }) => {
        const { labels, sizes } = connectedComponents({ mask, shape, connectivity });
        const root = bruteForceComponents(mask, shape, connectivity);
        const roots = [...new Set(root.filter((r) => r >= 0))].sort((a, b) => a - b);
        expect([...labels]).toEqual(root.map((r) => roots.indexOf(r) + 1));
        expect(sizes).toEqual(roots.map((r) => root.filter((other) => other === r).length));
      }),
      { numRuns: 40 },
    );
  });
});

describe('fillHoles', () => {
  it('fills exactly the outside components that touch no face', () => {
    fc.assert(
      fc.property(maskOfShape, ({ mask, shape }) => {
        const outside = bruteForceComponents(mask.map((v) => 1 - v), shape, 6);
        const isOpen = (component: number): boolean =>
          outside.some((c, voxel) => c === component && position(voxel, shape).some((p, a) => p === 0 || p === shape[a]! - 1));
        expect([...fillHoles({ mask, shape })]).toEqual(outside.map((c) => (c >= 0 && isOpen(c) ? 0 : 1)));
      }),
      { numRuns: 60 },
    );
  });

  it('fills a closed box and leaves one with a door', () => {
    const shape: TensorShape = [5, 5, 5];
    const box = new Uint8Array(125).fill(1);
    for (const z of [1, 2, 3]) for (const y of [1, 2, 3]) for (const x of [1, 2, 3]) box[(z * 5 + y) * 5 + x] = 0;
    expect(fillHoles({ mask: box, shape })).toEqual(new Uint8Array(125).fill(1));
    box[(2 * 5 + 2) * 5] = 0;
    expect(fillHoles({ mask: box, shape })).toEqual(box);
  });
});

describe('squaredDistanceTransform', () => {
  it('equals the smallest distance over all voxels outside', () => {
    const mm = fc.double({ min: 0.2, max: 8, noNaN: true });
    fc.assert(
      fc.property(maskOfShape, fc.tuple(mm, mm, mm), ({ mask, shape }, spacing) => {
        const result = squaredDistanceTransform({ mask, shape, spacing });
        // The last axis is added in another order.
        squaredDistancesAt({ mask, shape, spacing }, [...mask.keys()].reverse()).forEach((found, k) => {
          const whole = result[mask.length - 1 - k]!;
          if (whole === Infinity) expect(found).toBe(Infinity);
          else expect(Math.abs(found - whole)).toBeLessThanOrEqual(whole * 1e-12);
        });
        const outside = [...mask.keys()].filter((voxel) => mask[voxel] === 0).map((voxel) => position(voxel, shape));
        mask.forEach((inside, voxel) => {
          const here = position(voxel, shape);
          const nearest = Math.min(
            ...outside.map((there) => there.reduce((sum, v, a) => sum + (spacing[a]! * (v - here[a]!)) ** 2, 0)),
          );
          if (inside === 0) expect(result[voxel]).toBe(0);
          else if (outside.length === 0) expect(result[voxel]).toBe(Infinity);
          // Both are sums of three squares; they differ by their roundings only.
          else expect(Math.abs(result[voxel]! - nearest)).toBeLessThanOrEqual(nearest * 1e-12);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is the same whatever axis is the long one', () => {
    // 37 voxels: more than two of the blocks in which lines are worked on.
    const sizes: TensorShape = [37, 3, 2];
    const mask = Uint8Array.from({ length: 37 * 6 }, (_, voxel) => ((voxel * 7919) % 31 < 3 ? 0 : 1));
    const spacing: TensorShape = [0.5, 1.25, 3];
    const along = squaredDistanceTransform({ mask, shape: sizes, spacing });
    // The same voxels with the axes in the order y, x, z, and x, z, y.
    for (const order of [[1, 2, 0], [2, 0, 1]] as TensorShape[]) {
      const shape = order.map((axis) => sizes[axis]) as TensorShape;
      const moved = new Uint8Array(mask.length);
      const source = Array.from(mask.keys(), (voxel) => {
        const here = position(voxel, shape);
        const there: TensorShape = [0, 0, 0];
        order.forEach((axis, k) => (there[axis] = here[k]!));
        return (there[0] * 3 + there[1]) * 2 + there[2];
      });
      source.forEach((from, to) => (moved[to] = mask[from]!));
      const result = squaredDistanceTransform({ mask: moved, shape, spacing: order.map((axis) => spacing[axis]) as TensorShape });
      // Halves, quarters and whole numbers: every sum is exact.
      expect([...result]).toEqual(source.map((from) => along[from]));
    }
  });
});
