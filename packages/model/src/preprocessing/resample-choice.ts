import type { TensorShape } from '../morphology/tensor-shape.js';
import { interpolationTaps } from './interpolation-taps.js';

/** The up to eight voxels between which a position lies, tensor order, the last axis fastest. */
export interface Corners {
  /** Index of each voxel. */
  index: Int32Array;
  /** Share of each voxel, linear; they sum to 1. */
  weight: Float64Array;
  /** Which of them is nearest. */
  nearest: number;
}

/**
 * Resamples a map of choices by linear shares: where the voxels around a position agree, what they say; elsewhere what
 * `decide` makes of them.
 *
 * @param options.label `[Z, Y, X]` of `shape`.
 * @param options.coarse axis along which the nearest voxel has the whole share; null for none.
 * @param decide called with the same object each time.
 * @returns uint8 on the target grid, a copy where both shapes are equal.
 *
 * Cost: O(voxels of both grids), small where neighbours agree; no memory beside the result.
 */
export function resampleChoice(
  options: { label: Uint8Array; shape: TensorShape; target: TensorShape; coarse: 0 | 1 | 2 | null },
  decide: (corners: Corners) => number,
): Uint8Array {
  const { label, shape, target, coarse } = options;
  if (shape.every((n, axis) => n === target[axis])) return label.slice();
  const [z, y, x] = shape.map((n, axis) => axisCorners(n, target[axis]!, axis === coarse)) as [AxisCorners, AxisCorners, AxisCorners];
  const result = new Uint8Array(target[0] * target[1] * target[2]);
  const [, ny, nx] = shape;
  const rowValue = uniformRows(label, shape);
  const agreed = new Int16Array(nx);
  const corners: Corners = { index: new Int32Array(8), weight: new Float64Array(8), nearest: 0 };
  for (let k = 0, to = 0; k < target[0]; k++) {
    for (let j = 0; j < target[1]; j++, to += target[2]) {
      const rows = [z.low[k]! * ny + y.low[j]!, z.low[k]! * ny + y.high[j]!, z.high[k]! * ny + y.low[j]!, z.high[k]! * ny + y.high[j]!];
      const common = rowValue[rows[0]!]!;
      if (common >= 0 && rows.every((row) => rowValue[row] === common)) {
        result.fill(common, to, to + target[2]);
        continue;
      }
      const starts = rows.map((row) => row * nx) as Rows;
      agreeingVoxels(agreed, label, starts);
      for (let i = 0; i < target[2]; i++) {
        const low = x.low[i]!;
        const high = x.high[i]!;
        const value = agreed[low]!;
        if (value >= 0 && value === agreed[high]) {
          result[to + i] = value;
          continue;
        }
        fillCorners(corners, starts, { low, high, z: z.share[k]!, y: y.share[j]!, x: x.share[i]! });
        result[to + i] = decide(corners);
      }
    }
  }
  return result;
}

/** First voxels of the four rows around a position: lower and upper row of the lower slice, then of the upper one. */
type Rows = [number, number, number, number];

/** The value that the four rows have in common at each voxel, -1 where they have several. */
function agreeingVoxels(agreed: Int16Array, label: Uint8Array, [a, b, c, d]: Rows): void {
  for (let i = 0; i < agreed.length; i++) {
    const value = label[a + i]!;
    agreed[i] = value === label[b + i] && value === label[c + i] && value === label[d + i] ? value : -1;
  }
}

interface AxisCorners {
  low: Int32Array;
  high: Int32Array;
  /** Of `high`. */
  share: Float64Array;
}

function axisCorners(n: number, size: number, isCoarse: boolean): AxisCorners {
  const { count, first, weights } = interpolationTaps(n, size, isCoarse ? 'nearest' : 'linear');
  const clamp = (i: number): number => Math.min(n - 1, Math.max(0, i));
  return {
    low: first.map(clamp),
    high: first.map((i) => clamp(i + count - 1)),
    share: Float64Array.from(first, (_, i) => (isCoarse ? 0 : weights[2 * i + 1]!)),
  };
}

/** The value of each row of the last axis, -1 where it has several. */
function uniformRows(label: Uint8Array, [nz, ny, nx]: TensorShape): Int16Array {
  const values = new Int16Array(nz * ny);
  for (let row = 0, start = 0; row < values.length; row++, start += nx) {
    const value = label[start]!;
    let i = start + 1;
    const end = start + nx;
    while (i < end && label[i] === value) i++;
    values[row] = i === end ? value : -1;
  }
  return values;
}

function fillCorners(
  corners: Corners,
  starts: Rows,
  { low, high, z, y, x }: { low: number; high: number; z: number; y: number; x: number },
): void {
  const { index, weight } = corners;
  for (let row = 0; row < 4; row++) {
    const share = (row < 2 ? 1 - z : z) * (row % 2 === 0 ? 1 - y : y);
    index[2 * row] = starts[row]! + low;
    index[2 * row + 1] = starts[row]! + high;
    weight[2 * row] = share * (1 - x);
    weight[2 * row + 1] = share * x;
  }
  corners.nearest = (z >= 0.5 ? 4 : 0) + (y >= 0.5 ? 2 : 0) + (x >= 0.5 ? 1 : 0);
}
