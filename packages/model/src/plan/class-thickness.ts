import { squaredDistanceTransform } from '../morphology/distance-transform.js';
import type { TensorShape } from '../morphology/tensor-shape.js';
import { boundingBox, boxShape, cropInto, type Box } from '../preprocessing/crop.js';
import { percentile } from './percentile.js';

export interface ThicknessLabel {
  /** `[Z, Y, X]`, 0..C-1. */
  label: Uint8Array;
  /** On that grid; a voxel of confidence 0 belongs to nobody knows which class. Absent: 1 everywhere. */
  confidence?: Float32Array | undefined;
  shape: TensorShape;
  /** mm, `[z, y, x]`. */
  spacing: TensorShape;
}

/**
 * Thickness of every class: twice the radius of its largest inscribed ball, median over the cases that hold it.
 *
 * `thickness_c = 2 * median over cases of max_v d_c(v)`, d_c the exact Euclidean distance to the nearest voxel of
 * another class. What lies beyond the volume is not another class, unless a class fills the volume: then its radius is
 * half the volume's smallest extent. Nor are voxels of confidence 0, and a class with nothing else beside it has no radius.
 *
 * @param options.labels fully labelled cases.
 * @param options.classes C, background included.
 * @returns mm by class; background, and a class that no case holds, have the thickness of the thinnest class; Infinity
 *   everywhere where no case holds any class.
 *
 * Cost: one distance transform a class and case, 17 bytes a voxel of its bounding box, with a confidence of the volume.
 */
export function classThickness(options: { labels: ThicknessLabel[]; classes: number }): number[] {
  const radii: number[][] = Array.from({ length: options.classes }, () => []);
  for (const labelled of options.labels) {
    for (let c = 1; c < options.classes; c++) {
      const radius = inscribedRadius(labelled, c);
      if (radius !== null) radii[c]!.push(radius);
    }
  }
  const thickness = radii.map((list) => (list.length === 0 ? null : 2 * percentile(list, 50)));
  const thinnest = Math.min(...thickness.filter((t) => t !== null));
  return thickness.map((t) => t ?? thinnest);
}

function inscribedRadius({ label, confidence, shape, spacing }: ThicknessLabel, c: number): number | null {
  const mask = new Uint8Array(label.length);
  for (let voxel = 0; voxel < label.length; voxel++) if (label[voxel] === c && confidence?.[voxel] !== 0) mask[voxel] = 1;
  const tight = boundingBox(mask, shape);
  if (tight === null) return null;
  if (confidence !== undefined) return radiusAmongUnknown(mask, { confidence, shape, spacing });
  // One voxel more on each side holds the nearest voxel outside the class, wherever it is.
  const box: Box = {
    start: tight.start.map((v) => Math.max(0, v - 1)) as TensorShape,
    end: tight.end.map((v, axis) => Math.min(shape[axis]!, v + 1)) as TensorShape,
  };
  const size = boxShape(box);
  const cropped = cropInto(new Uint8Array(size[0] * size[1] * size[2]), mask, shape, box);
  let largest = 0;
  for (const squared of squaredDistanceTransform({ mask: cropped, shape: size, spacing })) {
    if (squared > largest) largest = squared;
  }
  return largest === Infinity ? Math.min(...shape.map((n, axis) => n * spacing[axis]!)) / 2 : Math.sqrt(largest);
}

/** The largest ball about a voxel of the class that holds no voxel known to be of another one; null where there is none such. */
function radiusAmongUnknown(mask: Uint8Array, { confidence, shape, spacing }: { confidence: Float32Array; shape: TensorShape; spacing: TensorShape }): number | null {
  const perhaps = mask.map((own, voxel) => (own === 1 || confidence[voxel] === 0 ? 1 : 0));
  const squared = squaredDistanceTransform({ mask: perhaps, shape, spacing });
  let largest = 0;
  for (let voxel = 0; voxel < mask.length; voxel++) if (mask[voxel] === 1 && squared[voxel]! > largest) largest = squared[voxel]!;
  return largest === Infinity ? null : Math.sqrt(largest);
}
