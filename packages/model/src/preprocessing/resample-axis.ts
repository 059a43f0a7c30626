import type { TensorShape } from '../morphology/tensor-shape.js';

/** `cubic`: interpolating B-spline of order 3; `linear`; `nearest`. */
export type Interpolation = 'cubic' | 'linear' | 'nearest';

/** Lines filtered together: neighbours in memory share cache lines. */
const blockWidth = 16;
/** Coefficients kept beyond each end of a line. */
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
  const taps = interpolationTaps(n, size, interpolation);
  const out = new Float32Array(outer * size * inner);
  const lines = new Float64Array((n + 2 * margin) * blockWidth);
  for (let o = 0; o < outer; o++) {
    for (let start = 0; start < inner; start += blockWidth) {
      const width = Math.min(blockWidth, inner - start);
      for (let i = 0; i < n; i++) {
        const from = (o * n + i) * inner + start;
        for (let b = 0; b < width; b++) lines[(i + margin) * blockWidth + b] = data[from + b]!;
      }
      for (let b = 0; b < width; b++) {
        if (interpolation === 'cubic') splineCoefficients(lines, b, n);
        else continueEdges(lines, b, n);
      }
      for (let i = 0; i < size; i++) {
        const to = (o * size + i) * inner + start;
        const first = (taps.first[i]! + margin) * blockWidth;
        for (let b = 0; b < width; b++) {
          let value = 0;
          for (let k = 0; k < taps.count; k++) value += taps.weights[i * taps.count + k]! * lines[first + k * blockWidth + b]!;
          out[to + b] = value;
        }
      }
    }
  }
  return out;
}

interface Taps {
  count: number;
  /** First sample of each output, from -2. */
  first: Int32Array;
  weights: Float64Array;
}

function interpolationTaps(n: number, size: number, interpolation: Interpolation): Taps {
  const count = { cubic: 4, linear: 2, nearest: 1 }[interpolation];
  const first = new Int32Array(size);
  const weights = new Float64Array(size * count);
  for (let i = 0; i < size; i++) {
    const position = ((i + 0.5) * n) / size - 0.5;
    const below = Math.floor(position);
    const t = position - below;
    if (interpolation === 'nearest') {
      first[i] = Math.min(n - 1, Math.floor(position + 0.5));
      weights[i] = 1;
    } else if (interpolation === 'linear') {
      first[i] = below;
      weights.set([1 - t, t], i * 2);
    } else {
      first[i] = below - 1;
      const s = 1 - t;
      weights.set([s ** 3 / 6, (4 - 6 * t * t + 3 * t ** 3) / 6, (4 - 6 * s * s + 3 * s ** 3) / 6, t ** 3 / 6], i * 4);
    }
  }
  return { count, first, weights };
}

function continueEdges(lines: Float64Array, b: number, n: number): void {
  for (let k = 0; k < margin; k++) {
    lines[k * blockWidth + b] = lines[margin * blockWidth + b]!;
    lines[(margin + n + k) * blockWidth + b] = lines[(margin + n - 1) * blockWidth + b]!;
  }
}

/**
 * Cubic B-spline coefficients of a line whose end values go on forever, in place, with two of them beyond each end.
 *
 * The recursive filter of pole `z = sqrt(3) - 2` runs forward, then backward; on the constant continuation both have a
 * closed form, so nothing is cut off. Source: Unser, "Splines: a perfect fit for signal and image processing", 1999.
 */
function splineCoefficients(lines: Float64Array, b: number, n: number): void {
  const z = Math.sqrt(3) - 2;
  const gain = 6;
  const at = (i: number): number => (i + margin) * blockWidth + b;
  const leftLimit = (gain * lines[at(0)]!) / (1 - z);
  const rightLimit = (gain * lines[at(n - 1)]!) / (1 - z);
  let previous = leftLimit;
  for (let p = at(0), last = at(n - 1); p <= last; p += blockWidth) {
    previous = gain * lines[p]! + z * previous;
    lines[p] = previous;
  }
  let excess = previous - rightLimit;
  for (let i = n - 1; i < n + margin; i++) {
    lines[at(i)] = -z * (rightLimit / (1 - z) + excess / (1 - z * z));
    excess *= z;
  }
  previous = lines[at(n - 1)]!;
  for (let p = at(n - 2), first = at(0); p >= first; p -= blockWidth) {
    previous = z * (previous - lines[p]!);
    lines[p] = previous;
  }
  for (let i = -1; i >= -margin; i--) {
    previous = z * (previous - leftLimit);
    lines[at(i)] = previous;
  }
}
