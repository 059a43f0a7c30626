import type { TensorShape } from '../morphology/tensor-shape.js';
import { anisotropyThreshold } from '../plan/target-spacing.js';
import type { Interpolation } from './interpolation-taps.js';
import { resampleAxis } from './resample-axis.js';

/**
 * The axis along which a resampling must not interpolate, or null.
 *
 * It is the coarsest axis of the first of both spacings whose ratio max / min exceeds 3, where exactly one axis is the
 * coarsest.
 *
 * @param from mm of the present grid; @param to mm of the new one; tensor order.
 *
 * Source: nnU-Net v2's `determine_do_sep_z_and_axis`.
 */
export function coarseAxis(from: TensorShape, to: TensorShape): 0 | 1 | 2 | null {
  const anisotropic = [from, to].find((s) => Math.max(...s) / Math.min(...s) > anisotropyThreshold);
  if (anisotropic === undefined) return null;
  const coarsest = Math.max(...anisotropic);
  const axis = anisotropic.indexOf(coarsest);
  return axis === anisotropic.lastIndexOf(coarsest) ? (axis as 0 | 1 | 2) : null;
}

export interface Resampling {
  data: Float32Array;
  shape: TensorShape;
  target: TensorShape;
  /** Nearest along this axis, the interpolation in the other two; see `coarseAxis`. */
  coarse: 0 | 1 | 2 | null;
}

/**
 * Image resampling: cubic B-spline, clamped to the range of the input (of each slice where an axis is coarse).
 *
 * @returns float32 on the target grid; the input itself where both shapes are equal.
 *
 * Source: `skimage.transform.resize(order=3, mode='edge', anti_aliasing=False)`, as nnU-Net v2 calls it.
 */
export function resampleCubic(options: Resampling): Float32Array {
  const { data, shape, target, coarse } = options;
  const inPlane: TensorShape = [...target];
  if (coarse !== null) inPlane[coarse] = shape[coarse];
  const plane = resampleAxes({ ...options, target: inPlane }, 'cubic');
  if (plane !== data) clampInPlace(plane, inPlane, coarse, rangesOf(data, shape, coarse));
  return resampleAxes({ data: plane, shape: inPlane, target, coarse }, 'cubic');
}

/** Linear resampling, for probabilities and masks; the input itself where both shapes are equal. */
export function resampleLinear(options: Resampling): Float32Array {
  return resampleAxes(options, 'linear');
}

/** One axis after another, those that lose most voxels first: the later passes have less to do. */
function resampleAxes({ data, shape, target, coarse }: Resampling, interpolation: Interpolation): Float32Array {
  let current = data;
  const size: TensorShape = [...shape];
  const growth = (axis: number): number => target[axis]! / shape[axis]!;
  for (const axis of ([2, 1, 0] as const).toSorted((a, b) => growth(a) - growth(b))) {
    if (size[axis] === target[axis]) continue;
    current = resampleAxis({
      data: current,
      shape: size,
      axis,
      size: target[axis],
      interpolation: axis === coarse ? 'nearest' : interpolation,
    });
    size[axis] = target[axis];
  }
  return current;
}

interface Ranges {
  low: Float64Array;
  high: Float64Array;
}

/** Smallest and largest value of each slice along `axis`, of the whole grid for null. */
function rangesOf(data: Float32Array, shape: TensorShape, axis: 0 | 1 | 2 | null): Ranges {
  const slices = axis === null ? 1 : shape[axis];
  const low = new Float64Array(slices).fill(Infinity);
  const high = new Float64Array(slices).fill(-Infinity);
  forEachRun(shape, axis, (slice, start, end) => {
    let least = low[slice]!;
    let most = high[slice]!;
    for (let i = start; i < end; i++) {
      const value = data[i]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    low[slice] = least;
    high[slice] = most;
  });
  return { low, high };
}

function clampInPlace(data: Float32Array, shape: TensorShape, axis: 0 | 1 | 2 | null, { low, high }: Ranges): void {
  forEachRun(shape, axis, (slice, start, end) => {
    const least = low[slice]!;
    const most = high[slice]!;
    for (let i = start; i < end; i++) {
      const value = data[i]!;
      if (value < least) data[i] = least;
      else if (value > most) data[i] = most;
    }
  });
}

/** Calls `visit` with every contiguous run of voxels of one slice. */
function forEachRun(
  shape: TensorShape,
  axis: 0 | 1 | 2 | null,
  visit: (slice: number, start: number, end: number) => void,
): void {
  const voxels = shape[0] * shape[1] * shape[2];
  const slices = axis === null ? 1 : shape[axis];
  const run = axis === null ? voxels : shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  for (let start = 0, k = 0; start < voxels; start += run, k++) visit(k % slices, start, start + run);
}
