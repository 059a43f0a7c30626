import { GeoscribeError } from '@geoscribe/campaign';
import { UNMARKED, toTensorShape, type Vec3 } from '@geoscribe/core-io';
import { connectedComponents } from '../morphology/connected-components.js';
import { skeletonize } from '../morphology/skeletonize.js';
import type { TensorShape } from '../morphology/tensor-shape.js';

export interface SimulatedStroke {
  /** The true class of the voxels below. */
  class: number;
  /** Flat voxel indices, ascending. */
  voxels: number[];
}

export interface SimulatedAnnotation {
  /** `[Z, Y, X]` uint8, 255 unmarked. */
  seedMap: Uint8Array;
  strokes: SimulatedStroke[];
  markedVoxels: number;
  /** Error components of at least the minimum size: for the log, the loop must not see it. */
  errorComponents: number;
}

/**
 * Strokes that a person would draw where a prediction is wrong.
 *
 * Errors of a class are the 6-connected components of `truth = c and prediction != c`. The largest are marked, each on
 * the slice (of all three axes) where it has most voxels: a stroke along the skeleton of its largest 8-connected part
 * there, one voxel wide, with the true class. Ties go to the lower class, the earlier voxel, the earlier axis (z, y, x),
 * the earlier slice. Nothing of the truth leaves but the class of the voxels drawn.
 *
 * @param options.prediction, truth label maps `[Z, Y, X]`, 0..C-1.
 * @param options.dims `[nx, ny, nz]`.
 * @param options.classes C, background included.
 * @param options.strokesPerCase most strokes.
 * @param options.minimumComponent voxels from which an error counts.
 * @throws GeoscribeError `InvalidArgumentError` for arrays of another size than `dims`.
 *
 * Cost: one component pass a class. Source: method section 8; thinning after Zhang and Suen.
 */
export function simulateAnnotator(options: {
  prediction: ArrayLike<number>;
  truth: ArrayLike<number>;
  dims: Vec3;
  classes: number;
  strokesPerCase: number;
  minimumComponent: number;
}): SimulatedAnnotation {
  const { prediction, truth, dims, classes, strokesPerCase, minimumComponent } = options;
  const shape = toTensorShape(dims);
  const voxels = shape[0] * shape[1] * shape[2];
  if (prediction.length !== voxels || truth.length !== voxels) {
    throw new GeoscribeError('InvalidArgumentError', 'Prediction and truth must be on one grid', {
      field: prediction.length !== voxels ? 'prediction' : 'truth',
      expected: `${voxels} voxels for dims ${dims.join(' x ')}`,
      received: String(prediction.length !== voxels ? prediction.length : truth.length),
    });
  }
  const errors: ErrorComponent[] = [];
  for (let c = 0; c < classes; c++) errors.push(...errorComponents(prediction, truth, shape, c, minimumComponent));
  errors.sort((a, b) => b.voxels.length - a.voxels.length);

  const seedMap = new Uint8Array(voxels).fill(UNMARKED);
  const strokes = errors.slice(0, strokesPerCase).map((error) => ({ class: error.class, voxels: drawStroke(error, shape) }));
  let markedVoxels = 0;
  for (const stroke of strokes) {
    for (const voxel of stroke.voxels) seedMap[voxel] = stroke.class;
    markedVoxels += stroke.voxels.length;
  }
  return { seedMap, strokes, markedVoxels, errorComponents: errors.length };
}

interface ErrorComponent {
  class: number;
  voxels: number[];
}

function errorComponents(
  prediction: ArrayLike<number>,
  truth: ArrayLike<number>,
  shape: TensorShape,
  c: number,
  minimum: number,
): ErrorComponent[] {
  const mask = new Uint8Array(truth.length);
  for (let i = 0; i < mask.length; i++) mask[i] = truth[i] === c && prediction[i] !== c ? 1 : 0;
  const { labels, sizes } = connectedComponents({ mask, shape, connectivity: 6 });
  const members = sizes.map((size) => (size >= minimum ? ([] as number[]) : null));
  for (let i = 0; i < labels.length; i++) if (labels[i] !== 0) members[labels[i]! - 1]?.push(i);
  return members.flatMap((voxels) => (voxels === null ? [] : [{ class: c, voxels }]));
}

/** Flat indices of the stroke through one error component. */
function drawStroke(error: ErrorComponent, shape: TensorShape): number[] {
  const strides: TensorShape = [shape[1] * shape[2], shape[2], 1];
  const position = (voxel: number, axis: number): number => Math.floor(voxel / strides[axis]!) % shape[axis]!;
  let best = { axis: 0, slice: 0, count: 0 };
  for (let axis = 0; axis < 3; axis++) {
    const counts = new Int32Array(shape[axis]!);
    for (const voxel of error.voxels) counts[position(voxel, axis)]!++;
    counts.forEach((count, slice) => {
      if (count > best.count) best = { axis, slice, count };
    });
  }
  const [u, v] = [0, 1, 2].filter((axis) => axis !== best.axis) as [number, number];
  const plane: [number, number] = [shape[u]!, shape[v]!];
  const mask = new Uint8Array(plane[0] * plane[1]);
  for (const voxel of error.voxels) {
    if (position(voxel, best.axis) === best.slice) mask[position(voxel, u) * plane[1] + position(voxel, v)] = 1;
  }
  const part = largestPart(mask, plane);
  const skeleton = skeletonize({ mask: part, shape: plane });
  const drawn = skeleton.includes(1) ? skeleton : part;
  const voxels: number[] = [];
  drawn.forEach((on, pixel) => {
    if (on === 0) return;
    const row = Math.floor(pixel / plane[1]);
    voxels.push(best.slice * strides[best.axis]! + row * strides[u]! + (pixel % plane[1]) * strides[v]!);
  });
  return voxels;
}

function largestPart(mask: Uint8Array, plane: [number, number]): Uint8Array {
  const { labels, sizes } = connectedComponents({ mask, shape: [1, ...plane], connectivity: 26 });
  const largest = sizes.indexOf(Math.max(...sizes)) + 1;
  return Uint8Array.from(labels, (label) => (label === largest ? 1 : 0));
}
