import type { TensorShape } from '../morphology/tensor-shape.js';
import { checkSizes } from './check-sizes.js';

/** Part of a grid: voxels `start` to `start + shape`, `[z, y, x]`. */
export interface Box {
  start: TensorShape;
  shape: TensorShape;
}

/** Voxel counts of one label in two label maps. */
export interface LabelOverlap {
  both: number;
  prediction: number;
  reference: number;
  /** Smallest box that holds the label in both maps. */
  box: Box;
}

/**
 * Voxel counts of each label above background in two label maps, and where they lie.
 *
 * @param options.prediction, reference label maps `[Z, Y, X]` of one grid, whole numbers >= 0.
 * @param options.shape `[z, y, x]`.
 * @returns by label value, ascending; only labels that occur.
 * @throws GeoscribeError `InvalidArgumentError` for arrays of different sizes.
 *
 * Cost: one pass.
 */
export function labelOverlap(options: {
  prediction: ArrayLike<number>;
  reference: ArrayLike<number>;
  shape: TensorShape;
}): Map<number, LabelOverlap> {
  const { prediction, reference, shape } = options;
  checkSizes(reference, { prediction });
  const found = new Map<number, Tally>();
  const [nz, ny, nx] = shape;
  for (let z = 0, voxel = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, voxel++) {
        const p = prediction[voxel]!;
        const r = reference[voxel]!;
        if (p === 0 && r === 0) continue;
        // A run of equal pairs is counted at once.
        let end = x + 1;
        while (end < nx && prediction[voxel + end - x] === p && reference[voxel + end - x] === r) end++;
        const length = end - x;
        if (p !== 0) {
          const tally = tallyOf(found, p);
          tally.prediction += length;
          if (p === r) tally.both += length;
          tally.cover(z, y, x, end);
        }
        if (r !== 0) {
          const tally = tallyOf(found, r);
          tally.reference += length;
          if (p !== r) tally.cover(z, y, x, end);
        }
        x = end - 1;
        voxel += length - 1;
      }
    }
  }
  return new Map([...found].sort(([a], [b]) => a - b).map(([label, tally]) => [label, tally.overlap()]));
}

class Tally {
  both = 0;
  prediction = 0;
  reference = 0;
  readonly #low: TensorShape = [Infinity, Infinity, Infinity];
  readonly #high: TensorShape = [0, 0, 0];

  /** Widens the box by the voxels x to `end` of a row. */
  cover(z: number, y: number, x: number, end: number): void {
    const [low, high] = [this.#low, this.#high];
    low[0] = Math.min(low[0], z);
    low[1] = Math.min(low[1], y);
    low[2] = Math.min(low[2], x);
    high[0] = Math.max(high[0], z + 1);
    high[1] = Math.max(high[1], y + 1);
    high[2] = Math.max(high[2], end);
  }

  overlap(): LabelOverlap {
    const { both, prediction, reference } = this;
    const [low, high] = [this.#low, this.#high];
    const shape: TensorShape = [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
    return { both, prediction, reference, box: { start: [...low], shape } };
  }
}

function tallyOf(found: Map<number, Tally>, label: number): Tally {
  let tally = found.get(label);
  if (tally === undefined) found.set(label, (tally = new Tally()));
  return tally;
}
