import type { TensorShape } from '../morphology/tensor-shape.js';
import { interpolationTaps, type Interpolation, type Taps } from './interpolation-taps.js';
import { splinePrefilter } from './spline-prefilter.js';

/** Lines worked on together: neighbours in memory share cache lines, and a block stays in the second-level cache. */
const pitch = 32;
/** Samples kept beyond each end of a line. */
const margin = 2;

/**
 * Resamples one axis of a grid, half-pixel centres, edge values continued beyond the ends.
 *
 * `out(i) = in((i + 0.5) * n / size - 0.5)`
 *
 * @param options.data `[Z, Y, X]` float.
 * @param options.axis the axis to change.
 * @param options.size its new number of voxels.
 * @returns float32; arithmetic along a line is float64.
 *
 * Cost: O(voxels), one pass. `cubic` and `linear` equal `scipy.ndimage.zoom(mode='nearest', grid_mode=True)`.
 */
export function resampleAxis(options: {
  data: Float32Array;
  shape: TensorShape;
  axis: 0 | 1 | 2;
  size: number;
  interpolation: Interpolation;
}): Float32Array {
  const { data, shape, axis, size, interpolation } = options;
  const n = shape[axis];
  const inner = shape.slice(axis + 1).reduce((product, v) => product * v, 1);
  const outer = shape.slice(0, axis).reduce((product, v) => product * v, 1);
  const out = new Float32Array(outer * size * inner);
  const taps = interpolationTaps(n, size, interpolation);
  if (interpolation === 'nearest') {
    for (let o = 0, to = 0; o < outer; o++) {
      for (let i = 0; i < size; i++, to += inner) {
        const from = (o * n + taps.first[i]!) * inner;
        out.set(data.subarray(from, from + inner), to);
      }
    }
    return out;
  }
  const lines = new Float64Array((n + 2 * margin) * pitch);
  // Along the last axis a line's neighbours are whole lines away, along the others the next voxels.
  const [groups, members] = inner === 1 ? [1, outer] : [outer, inner];
  const input = { step: inner, next: inner === 1 ? n : 1 };
  const output = { step: inner, next: inner === 1 ? size : 1 };
  for (let group = 0; group < groups; group++) {
    for (let start = 0; start < members; start += pitch) {
      const width = Math.min(pitch, members - start);
      load(lines, data, { n, width, from: group * n * inner + start * input.next, ...input });
      if (interpolation === 'cubic') splinePrefilter(lines, { n, margin, pitch, width });
      else continueEdges(lines, n, width);
      const to = { width, to: group * size * inner + start * output.next, ...output };
      if (interpolation === 'cubic') combineFour(out, lines, taps, to);
      else combineTwo(out, lines, taps, to);
    }
  }
  return out;
}

/** A block of lines in a grid: `step` from sample to sample, `next` from line to line. */
interface Block {
  width: number;
  step: number;
  next: number;
}

function load(lines: Float64Array, data: Float32Array, block: Block & { n: number; from: number }): void {
  const { n, from, width, step, next } = block;
  for (let i = 0; i < n; i++) {
    const row = (i + margin) * pitch;
    for (let b = 0, at = from + i * step; b < width; b++, at += next) lines[row + b] = data[at]!;
  }
}

function continueEdges(lines: Float64Array, n: number, width: number): void {
  for (let k = 0; k < margin; k++) {
    lines.copyWithin(k * pitch, margin * pitch, margin * pitch + width);
    lines.copyWithin((margin + n + k) * pitch, (margin + n - 1) * pitch, (margin + n - 1) * pitch + width);
  }
}

function combineFour(out: Float32Array, lines: Float64Array, { first, weights }: Taps, block: Block & { to: number }): void {
  const { to, width, step, next } = block;
  for (let i = 0; i < first.length; i++) {
    const [w0, w1, w2, w3] = [weights[4 * i]!, weights[4 * i + 1]!, weights[4 * i + 2]!, weights[4 * i + 3]!];
    const row = (first[i]! + margin) * pitch;
    for (let p = row, end = row + width, at = to + i * step; p < end; p++, at += next) {
      out[at] = w0 * lines[p]! + w1 * lines[p + pitch]! + w2 * lines[p + 2 * pitch]! + w3 * lines[p + 3 * pitch]!;
    }
  }
}

function combineTwo(out: Float32Array, lines: Float64Array, { first, weights }: Taps, block: Block & { to: number }): void {
  const { to, width, step, next } = block;
  for (let i = 0; i < first.length; i++) {
    const [w0, w1] = [weights[2 * i]!, weights[2 * i + 1]!];
    const row = (first[i]! + margin) * pitch;
    for (let p = row, end = row + width, at = to + i * step; p < end; p++, at += next) {
      out[at] = w0 * lines[p]! + w1 * lines[p + pitch]!;
    }
  }
}
