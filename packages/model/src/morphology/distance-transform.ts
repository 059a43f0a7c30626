import type { TensorShape } from './tensor-shape.js';

/** Lines that are worked on together: along a slow axis one cache line then serves eight of them. */
const BLOCK = 16;

export interface DistanceGrid {
  /** `[Z, Y, X]`, non-zero is inside. */
  mask: ArrayLike<number>;
  /** `[z, y, x]`. */
  shape: TensorShape;
  /** mm per axis, `[z, y, x]`. */
  spacing: TensorShape;
}

/**
 * Exact squared Euclidean distance from every voxel of a mask to the nearest voxel outside it.
 *
 * `d2(v) = min over u outside the mask of sum_axis (spacing * (u - v))^2`
 *
 * @returns float64 `[Z, Y, X]`, mm^2; 0 outside the mask; Infinity everywhere inside where the mask fills the volume.
 *   What lies beyond the volume counts as unknown, not as outside.
 *
 * Cost: O(voxels): two sweeps along x, lower envelopes along y and z; 8 bytes a voxel. Source: Felzenszwalb and
 * Huttenlocher, "Distance transforms of sampled functions", 2012, with a spacing per axis.
 */
export function squaredDistanceTransform(grid: DistanceGrid): Float64Array {
  const [nz, ny, nx] = grid.shape;
  const distance = inPlaneDistances(grid);
  throughEnvelopes(distance, { outer: 1, n: nz, stride: ny * nx, h: grid.spacing[0] });
  return distance;
}

/**
 * The same at some voxels only.
 *
 * @param voxels indices into the grid.
 * @returns mm^2, in the order of the voxels.
 *
 * Cost: the whole transform without its last axis, and for each voxel as many slices as lie within its distance.
 */
export function squaredDistancesAt(grid: DistanceGrid, voxels: ArrayLike<number>): Float64Array {
  const [nz, ny, nx] = grid.shape;
  const plane = ny * nx;
  const inPlane = inPlaneDistances(grid);
  const h = grid.spacing[0];
  return Float64Array.from(voxels, (voxel) => {
    const z = Math.floor(voxel / plane);
    let nearest = inPlane[voxel]!;
    for (let step = 1; step <= z || step < nz - z; step++) {
      const along = step * h * (step * h);
      if (along >= nearest) break;
      if (step <= z) nearest = Math.min(nearest, inPlane[voxel - step * plane]! + along);
      if (step < nz - z) nearest = Math.min(nearest, inPlane[voxel + step * plane]! + along);
    }
    return nearest;
  });
}

/** Distances within each slice. */
function inPlaneDistances({ mask, shape: [nz, ny, nx], spacing }: DistanceGrid): Float64Array {
  const distance = new Float64Array(nz * ny * nx);
  sweepRows(mask, distance, nx, spacing[2]);
  throughEnvelopes(distance, { outer: nz, n: ny, stride: nx, h: spacing[1] });
  return distance;
}

/** Along x the nearest voxel outside is the last one seen, forwards or backwards. */
function sweepRows(mask: ArrayLike<number>, distance: Float64Array, nx: number, h: number): void {
  for (let start = 0; start < distance.length; start += nx) {
    let steps = Infinity;
    for (let i = start; i < start + nx; i++) {
      steps = mask[i] ? steps + 1 : 0;
      distance[i] = steps;
    }
    steps = Infinity;
    for (let i = start + nx - 1; i >= start; i--) {
      const forwards = distance[i]!;
      steps = forwards === 0 ? 0 : steps + 1;
      const length = (forwards < steps ? forwards : steps) * h;
      distance[i] = length * length;
    }
  }
}

interface Lines {
  /** Groups of `stride` neighbouring lines. */
  outer: number;
  /** Voxels of a line, their step in memory and in mm. */
  n: number;
  stride: number;
  h: number;
}

/** Adds one axis to the distances: `out(i) = min_j in(j) + (h (i - j))^2` on each line. */
function throughEnvelopes(distance: Float64Array, { outer, n, stride, h }: Lines): void {
  if (n === 1) return;
  const envelope = new Envelope(n, h);
  const block = new Float64Array(BLOCK * n);
  const lines = Array.from({ length: BLOCK }, (_, k) => block.subarray(k * n, (k + 1) * n));
  for (let group = 0; group < outer; group++) {
    const end = (group * n + 1) * stride;
    for (let first = group * n * stride; first < end; first += BLOCK) {
      const width = Math.min(BLOCK, end - first);
      for (let i = 0, at = first; i < n; i++, at += stride) {
        for (let k = 0, to = i; k < width; k++, to += n) block[to] = distance[at + k]!;
      }
      for (let k = 0; k < width; k++) envelope.lower(lines[k]!);
      for (let i = 0, at = first; i < n; i++, at += stride) {
        for (let k = 0, from = i; k < width; k++, from += n) distance[at + k] = block[from]!;
      }
    }
  }
}

/** Lower envelope of the parabolas that stand on the finite samples of a line. */
class Envelope {
  readonly #n: number;
  readonly #h: number;
  readonly #sites: Int32Array;
  readonly #heights: Float64Array;
  /** Parabola k is the lowest from `borders[k]` to `borders[k + 1]`. */
  readonly #borders: Float64Array;
  /** `1 / (2 h^2 d)` by the distance d of two sites. */
  readonly #slopes: Float64Array;

  constructor(n: number, h: number) {
    this.#n = n;
    this.#h = h;
    this.#sites = new Int32Array(n);
    this.#heights = new Float64Array(n);
    this.#borders = new Float64Array(n + 1);
    this.#slopes = Float64Array.from({ length: n }, (_, d) => 1 / (2 * h * h * d));
  }

  /** Replaces the samples by their envelope; a line without a finite sample stays. */
  lower(line: Float64Array): void {
    const count = this.#build(line);
    if (count === 0) return;
    const sites = this.#sites;
    const heights = this.#heights;
    const borders = this.#borders;
    const h = this.#h;
    for (let i = 0, k = 0; i < this.#n; i++) {
      while (borders[k + 1]! < i) k++;
      const step = (i - sites[k]!) * h;
      line[i] = step * step + heights[k]!;
    }
  }

  #build(line: Float64Array): number {
    const sites = this.#sites;
    const heights = this.#heights;
    const borders = this.#borders;
    const slopes = this.#slopes;
    let last = -1;
    for (let i = 0; i < this.#n; i++) {
      const height = line[i]!;
      if (height === Infinity) continue;
      let crossing = -Infinity;
      while (last >= 0) {
        const j = sites[last]!;
        crossing = (i + j) * 0.5 + (height - heights[last]!) * slopes[i - j]!;
        if (crossing > borders[last]!) break;
        last--;
      }
      if (last < 0) crossing = -Infinity;
      last++;
      sites[last] = i;
      heights[last] = height;
      borders[last] = crossing;
    }
    borders[last + 1] = Infinity;
    return last + 1;
  }
}
