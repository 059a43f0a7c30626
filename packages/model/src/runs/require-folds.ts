import { GeoscribeError } from '@geoscribe/campaign';
import type { Fold } from './fold.js';
import type { Splits } from './splits.js';

/**
 * Refuses folds that the splits do not have.
 *
 * @param run.splits null where only `all` can be trained.
 * @param run.file of the splits, named in the error.
 * @throws GeoscribeError `InvalidArgumentError`.
 */
export function requireFolds(folds: readonly Fold[], { splits, file }: { splits: Splits | null; file: string }): void {
  for (const fold of folds) {
    if (fold === 'all' || (splits !== null && fold < splits.length)) continue;
    throw new GeoscribeError('InvalidArgumentError', 'The run has no such fold', {
      file,
      field: '--fold',
      expected: splits === null ? 'all: the run was begun without splits' : `0 to ${splits.length - 1}, or all`,
      received: String(fold),
    });
  }
}
