import type { TensorShape } from '../morphology/tensor-shape.js';

/** Corners of a cell as `[z, y, x]` bits, and the facets that part them from the others. */
interface Patch {
  corners: TensorShape[];
  /** Area of each facet seen along z, y and x, in eighths of a cell's face. */
  facets: TensorShape[];
}

/**
 * The surface between the labelled and the unlabelled corners of a cell, up to rotation, reflection and exchange of
 * inside and outside. Facets run through the middles of the edges; diagonal neighbours count as separate.
 */
const patches: Patch[] = [
  { corners: [[1, 1, 1]], facets: [[1, 1, 1]] },
  { corners: [[1, 1, 0], [1, 1, 1]], facets: [[2, 2, 0], [2, 2, 0]] },
  { corners: [[1, 0, 1], [1, 1, 0]], facets: [[1, 1, 1], [1, 1, 1]] },
  { corners: [[1, 0, 1], [1, 1, 0], [1, 1, 1]], facets: [[1, 1, 1], [2, 2, 2], [4, 0, 0]] },
  { corners: [[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]], facets: [[4, 0, 0], [4, 0, 0]] },
  { corners: [[0, 1, 1], [1, 0, 1], [1, 1, 0]], facets: [[1, 1, 1], [1, 1, 1], [1, 1, 1]] },
  { corners: [[0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1, 1]], facets: [[1, 1, 1], [1, 1, 1], [2, 2, 2], [2, 2, 2]] },
  { corners: [[0, 1, 1], [1, 0, 0]], facets: [[1, 1, 1], [1, 1, 1]] },
  { corners: [[0, 1, 1], [1, 0, 0], [1, 1, 1]], facets: [[1, 1, 1], [0, 2, 2], [0, 2, 2]] },
  { corners: [[0, 1, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1]], facets: [[1, 1, 1], [0, 2, 2], [2, 0, 2], [3, 3, 3]] },
  { corners: [[0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0]], facets: [[1, 1, 1], [1, 1, 1], [2, 2, 2], [4, 0, 0]] },
  { corners: [[0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1]], facets: [[2, 2, 0], [2, 2, 0], [2, 2, 0], [2, 2, 0]] },
  { corners: [[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1]], facets: [[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]] },
];

const axisOrders: TensorShape[] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/**
 * Area of the surface patch inside a cell of 2 x 2 x 2 voxels, by which of its corners are labelled.
 *
 * `area = sum over facets of |(f_z s_y s_x, f_y s_z s_x, f_x s_z s_y)|`
 *
 * @param spacing mm per axis, `[z, y, x]`.
 * @returns 256 values in mm^2 by code: bit `4 z + 2 y + x` is set where corner `[z, y, x]` is labelled; 0 for the codes 0
 *   and 255.
 *
 * Source: Lorensen and Cline, "Marching cubes", 1987. The areas are those of DeepMind's `surface-distance` 0.1.
 */
export function surfacePatchAreas([sz, sy, sx]: TensorShape): Float64Array {
  const areas = new Float64Array(256);
  for (const { corners, facets } of patches) {
    for (const order of axisOrders) {
      const area = facets.reduce((sum, facet) => {
        const [z, y, x] = reorder(facet, order);
        return sum + Math.hypot(z * sy * sx, y * sz * sx, x * sz * sy) / 8;
      }, 0);
      for (let flips = 0; flips < 8; flips++) {
        const code = corners.reduce((bits, corner) => {
          const [z, y, x] = reorder(corner, order);
          return bits | (1 << ((4 * z + 2 * y + x) ^ flips));
        }, 0);
        areas[code] = area;
        areas[255 - code] = area;
      }
    }
  }
  return areas;
}

function reorder(values: TensorShape, [a, b, c]: TensorShape): TensorShape {
  return [values[a]!, values[b]!, values[c]!];
}
