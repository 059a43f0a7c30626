import type { TensorShape } from '../morphology/tensor-shape.js';
import { anisotropyThreshold } from '../plan/target-spacing.js';
import { resampleAxis, type Interpolation } from './resample-axis.js';

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
  if (isSame(shape, target)) return data;
  if (coarse === null) {
    const range = rangesOf(data, shape, null);
    return clamp(resampleAxes(options, 'cubic'), target, null, range);
  }
  const ranges = rangesOf(data, shape, coarse);
  const inPlane: TensorShape = [...target];
  inPlane[coarse] = shape[coarse];
  const plane = clamp(resampleAxes({ ...options, target: inPlane }, 'cubic'), inPlane, coarse, ranges);
  return resampleAxes({ data: plane, shape: inPlane, target, coarse }, 'cubic');
}

/** Linear resampling, for probabilities and masks; the input itself where both shapes are equal. */
export function resampleLinear(options: Resampling): Float32Array {
  return resampleAxes(options, 'linear');
}

/**
 * Label resampling: the share of every label on its own, linear; the label of the largest share wins. A tie goes to the
 * nearest voxel's label where that is one of the tied, else to the lowest.
 *
 * @param options.label `[Z, Y, X]`; @returns uint8 on the target grid, a copy where both shapes are equal.
 *
 * Source: batchgenerators 0.25.5, `resize_segmentation`, as nnU-Net v2 calls it; see `docs/adr/0006-label-resampling.md`.
 */
export function resampleLabelLinear(options: Omit<Resampling, 'data'> & { label: Uint8Array }): Uint8Array {
  const { label, shape, target, coarse } = options;
  if (isSame(shape, target)) return Uint8Array.from(label);
  const nearest = resampleLabelNearest({ label, shape, target });
  const result = new Uint8Array(nearest.length);
  const best = new Float32Array(nearest.length);
  const indicator = new Float32Array(label.length);
  for (const value of new Set(Uint8Array.from(label).sort())) {
    for (let i = 0; i < label.length; i++) indicator[i] = label[i] === value ? 1 : 0;
    const share = resampleAxes({ data: indicator, shape, target, coarse }, 'linear');
    for (let i = 0; i < result.length; i++) {
      const isBest = share[i]! > best[i]! || (share[i] === best[i] && value === nearest[i]);
      if (!isBest) continue;
      best[i] = share[i]!;
      result[i] = value;
    }
  }
  return result;
}

/** Nearest-voxel resampling of any labels. */
export function resampleLabelNearest(options: { label: Uint8Array; shape: TensorShape; target: TensorShape }): Uint8Array {
  const { label, shape, target } = options;
  const [z, y, x] = shape.map((n, axis) =>
    Int32Array.from({ length: target[axis]! }, (_, i) => Math.min(n - 1, Math.floor(((i + 0.5) * n) / target[axis]!))),
  ) as [Int32Array, Int32Array, Int32Array];
  const result = new Uint8Array(target[0] * target[1] * target[2]);
  let to = 0;
  for (const zz of z) {
    for (const yy of y) {
      const row = (zz * shape[1] + yy) * shape[2];
      for (const xx of x) result[to++] = label[row + xx]!;
    }
  }
  return result;
}

function resampleAxes({ data, shape, target, coarse }: Resampling, interpolation: Interpolation): Float32Array {
  let current = data;
  const size: TensorShape = [...shape];
  for (const axis of [2, 1, 0] as const) {
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
    for (let i = start; i < end; i++) {
      const value = data[i]!;
      if (value < low[slice]!) low[slice] = value;
      if (value > high[slice]!) high[slice] = value;
    }
  });
  return { low, high };
}

function clamp(data: Float32Array, shape: TensorShape, axis: 0 | 1 | 2 | null, { low, high }: Ranges): Float32Array {
  const clamped = new Float32Array(data.length);
  forEachRun(shape, axis, (slice, start, end) => {
    for (let i = start; i < end; i++) clamped[i] = Math.min(high[slice]!, Math.max(low[slice]!, data[i]!));
  });
  return clamped;
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

function isSame(a: TensorShape, b: TensorShape): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}
