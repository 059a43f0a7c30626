/** A validation fold by its number from 0, or `all`: every labelled case trains and none validates. */
export type Fold = number | 'all';

/** Name of a fold's folder in a run, as in nnU-Net's results. */
export function foldName(fold: Fold): string {
  return `fold_${fold}`;
}
