import { checkSizes } from './check-sizes.js';
import { diceByClass, meanForegroundDice } from './dice.js';

export interface PseudoLabelQuality {
  /** Mean foreground Dice of the network's prediction; null where no class above background exists. */
  before: number | null;
  /** The same of the pseudo label, plain and weighted by confidence. */
  after: number | null;
  afterWeighted: number | null;
  /** Mean confidence of the voxels whose pseudo label is right, and wrong; null where there are none. */
  meanConfidenceRight: number | null;
  meanConfidenceWrong: number | null;
}

/**
 * How good pseudo labels are where the truth is known. A wrong label of low confidence does little harm, so the
 * confidence of right and of wrong voxels stands beside the Dice.
 *
 * @param options.pseudoLabel, prediction, reference label maps of one grid, 0..C-1.
 * @param options.annotated weights 0 and 1: voxels that count; absent: all of them.
 * @param options.confidence float in [0, 1] on that grid.
 * @param options.classes C, background included.
 * @throws GeoscribeError `InvalidArgumentError` for arrays of different sizes.
 */
export function pseudoLabelQuality(options: {
  pseudoLabel: ArrayLike<number>;
  confidence: ArrayLike<number>;
  prediction: ArrayLike<number>;
  reference: ArrayLike<number>;
  annotated?: Float32Array | undefined;
  classes: number;
}): PseudoLabelQuality {
  const { pseudoLabel, confidence, prediction, reference, annotated, classes } = options;
  checkSizes(reference, { pseudoLabel, confidence, prediction });
  const sums = { right: 0, wrong: 0 };
  const counts = { right: 0, wrong: 0 };
  for (let voxel = 0; voxel < reference.length; voxel++) {
    if (annotated?.[voxel] === 0) continue;
    const side = pseudoLabel[voxel] === reference[voxel] ? 'right' : 'wrong';
    sums[side] += confidence[voxel]!;
    counts[side]++;
  }
  const diceOf = (map: ArrayLike<number>, weights: ArrayLike<number> | undefined): number | null =>
    meanForegroundDice(diceByClass({ prediction: map, reference, classes, ...(weights && { weights }) }));
  const mean = (side: 'right' | 'wrong'): number | null => (counts[side] === 0 ? null : sums[side] / counts[side]);
  return {
    before: diceOf(prediction, annotated),
    after: diceOf(pseudoLabel, annotated),
    afterWeighted: diceOf(pseudoLabel, annotated?.map((weight, voxel) => weight * confidence[voxel]!) ?? confidence),
    meanConfidenceRight: mean('right'),
    meanConfidenceWrong: mean('wrong'),
  };
}
