import { checkSizes } from './check-sizes.js';

export interface LabelComparison {
  /** Label map, 0..C-1, any grid. */
  prediction: ArrayLike<number>;
  /** Label map on the same grid. */
  reference: ArrayLike<number>;
  /** C, background included. */
  classes: number;
}

/** Weighted voxel counts of one class. */
interface Overlap {
  both: number;
  prediction: number;
  reference: number;
  /** True where either label map holds the class. */
  present: boolean;
}

/**
 * Dice by class.
 *
 * `Dice_c = 2 sum w [pred = c][ref = c] / (sum w [pred = c] + sum w [ref = c])`
 *
 * @param options.weights w >= 0 per voxel, e.g. a confidence map; absent means 1.
 * @returns one value in [0, 1] per class, background first; null where both label maps lack the class, or where all its
 *   voxels weigh 0.
 * @throws GeoscribeError `InvalidArgumentError` for arrays of different sizes.
 *
 * Cost: one pass.
 */
export function diceByClass(options: LabelComparison & { weights?: ArrayLike<number> }): (number | null)[] {
  return overlaps(options).map(({ both, prediction, reference, present }) =>
    present && prediction + reference > 0 ? (2 * both) / (prediction + reference) : null,
  );
}

/** Mean of the classes above background; null where every one of them is null. */
export function meanForegroundDice(dice: (number | null)[]): number | null {
  const defined = dice.slice(1).filter((d) => d !== null);
  return defined.length === 0 ? null : defined.reduce((sum, d) => sum + d, 0) / defined.length;
}

/**
 * Intersection over union by class.
 *
 * @returns one value in [0, 1] per class, background first; null where both label maps lack the class.
 * @throws GeoscribeError `InvalidArgumentError` for arrays of different sizes.
 */
export function iou(options: LabelComparison): (number | null)[] {
  return overlaps(options).map(({ both, prediction, reference, present }) =>
    present ? both / (prediction + reference - both) : null,
  );
}

/**
 * Relative volume difference by class, `(|pred = c| - |ref = c|) / |ref = c|`.
 *
 * @returns signed share per class, background first; null where the reference lacks the class.
 * @throws GeoscribeError `InvalidArgumentError` for arrays of different sizes.
 */
export function relativeVolumeDifference(options: LabelComparison): (number | null)[] {
  return overlaps(options).map(({ prediction, reference }) =>
    reference > 0 ? (prediction - reference) / reference : null,
  );
}

function overlaps(options: LabelComparison & { weights?: ArrayLike<number> }): Overlap[] {
  const { prediction, reference, classes, weights } = options;
  checkSizes(reference, { prediction, weights });
  const table: Overlap[] = Array.from({ length: classes }, () => ({ both: 0, prediction: 0, reference: 0, present: false }));
  for (let voxel = 0; voxel < reference.length; voxel++) {
    const p = table[prediction[voxel]!];
    const r = table[reference[voxel]!];
    const w = weights === undefined ? 1 : weights[voxel]!;
    if (p !== undefined) {
      p.prediction += w;
      p.present = true;
      if (p === r) p.both += w;
    }
    if (r !== undefined) {
      r.reference += w;
      r.present = true;
    }
  }
  return table;
}
