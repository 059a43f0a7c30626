import { GeoscribeError, type DatasetDescription } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import type { Checkpoint } from './checkpoint.js';

/**
 * Refuses a checkpoint of a network for other labels or channels.
 *
 * @param options.file of the checkpoint, named in the error.
 * @throws GeoscribeError `InvalidCheckpointError`.
 */
export function requireCheckpointDataset({ plan }: Pick<Checkpoint, 'plan'>, options: { dataset: Pick<DatasetDescription, 'labels' | 'channels'>; file: string }): void {
  for (const field of ['labels', 'channels'] as const) {
    const expected = options.dataset[field];
    const received = plan.dataset[field];
    if (canonicalJson(expected) === canonicalJson(received)) continue;
    throw new GeoscribeError('InvalidCheckpointError', 'Checkpoint was trained for another data set', {
      file: options.file,
      field: `plan.dataset.${field}`,
      expected: expected.join(', '),
      received: received.join(', '),
    });
  }
}
