import { describe, expect, it } from 'vitest';
import { classThickness } from '../../src/plan/class-thickness.js';
import { distanceWeight } from '../../src/plan/distance-weight.js';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';

/** Label map of one slab of class `c`, `thick` voxels along z. */
function slab(c: number, thick: number, spacing: TensorShape): { label: Uint8Array; shape: TensorShape; spacing: TensorShape } {
  const shape: TensorShape = [12, 6, 6];
  const label = new Uint8Array(12 * 36);
  label.fill(c, 3 * 36, (3 + thick) * 36);
  return { label, shape, spacing };
}

describe('classThickness', () => {
  it('is twice the largest distance to another class, in mm', () => {
    // Five voxels of 2 mm: the middle one is 3 voxels = 6 mm from the outside.
    expect(classThickness({ labels: [slab(1, 5, [2, 1, 1])], classes: 2 })).toEqual([12, 12]);
  });

  it('is the median over the cases that hold the class; background is as thin as the thinnest', () => {
    const labels = [slab(1, 5, [2, 1, 1]), slab(1, 3, [2, 1, 1]), slab(1, 1, [2, 1, 1]), slab(2, 1, [1, 1, 1])];
    expect(classThickness({ labels, classes: 4 })).toEqual([2, 8, 2, 2]);
  });

  it('lets voxels of confidence 0 neither bound a class nor belong to one', () => {
    const whole = slab(1, 5, [2, 1, 1]);
    const unknown = (isUnknown: (z: number) => boolean) => ({
      ...whole,
      // What stands under them does not matter.
      label: whole.label.map((value, voxel) => (isUnknown(Math.floor(voxel / 36)) ? 0 : value)),
      confidence: Float32Array.from(whole.label, (_, voxel) => (isUnknown(Math.floor(voxel / 36)) ? 0 : 1)),
    });
    // The slab is z 3..7. Known are z 5 and 2 and 8: the middle is still 3 voxels = 6 mm from what is known to be outside.
    expect(classThickness({ labels: [unknown((z) => ![2, 5, 8].includes(z))], classes: 2 })).toEqual([12, 12]);
    // Beyond a cut through the class nobody knows: the ball about z 3 reaches z 2 only.
    expect(classThickness({ labels: [unknown((z) => z > 3)], classes: 2 })).toEqual([4, 4]);
    // No other class is known.
    expect(classThickness({ labels: [unknown((z) => z < 3 || z > 7)], classes: 2 })).toEqual([Infinity, Infinity]);
  });

  it('counts the faces of the volume only where a class fills it', () => {
    const filled = { label: new Uint8Array(12 * 36).fill(1), shape: [12, 6, 6] as TensorShape, spacing: [1, 1, 2] as TensorShape };
    expect(classThickness({ labels: [filled], classes: 2 })).toEqual([6, 6]);
    const atFace = { ...filled, label: new Uint8Array(12 * 36).fill(1, 0, 4 * 36) };
    expect(classThickness({ labels: [atFace], classes: 2 })).toEqual([8, 8]);
  });
});

describe('distanceWeight', () => {
  it('is the smallest spacing over the thickness, kept in [0.01, 0.3]', () => {
    expect(distanceWeight({ thickness: [8, 88, 2], spacing: [2, 1, 1] })).toEqual([1 / 8, 1 / 88, 0.3]);
    expect(distanceWeight({ thickness: [500, 500], spacing: [1, 1, 1] })).toEqual([0.01, 0.01]);
  });

  it("is the reference's 0.01 without a full label", () => {
    const thickness = classThickness({ labels: [], classes: 3 });
    expect(distanceWeight({ thickness, spacing: [1, 1, 1] })).toEqual([0.01, 0.01, 0.01]);
  });
});
