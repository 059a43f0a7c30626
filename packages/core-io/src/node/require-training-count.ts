import { GeoscribeError } from '@geoscribe/campaign';
import type { DatasetJson } from './dataset-json.js';
import type { DatasetCase } from './dataset-listing.js';

/**
 * Refuses an nnU-Net v2 data set whose `numTraining` is not the number of cases in `imagesTr`: some were lost, or some do not
 * belong there. Here cases may be without label, so the number of those with one is right too. Without `numTraining`, and in
 * the older layouts, whose lists of files say what must be there, nothing is asked.
 *
 * Errors: `InvalidDatasetError`. Source: nnU-Net v2, `verify_dataset_integrity`, which counts the images only.
 */
export function requireTrainingCount(json: DatasetJson, cases: readonly DatasetCase[], file: string): void {
  const { channel_names: isVersion2, numTraining } = json;
  if (isVersion2 === undefined || numTraining === undefined) return;
  const training = cases.filter(({ images }) => images[0]!.startsWith('imagesTr/'));
  const labelled = training.filter(({ label }) => label !== undefined).length;
  if (numTraining === training.length || numTraining === labelled) return;
  throw new GeoscribeError('InvalidDatasetError', 'Data set has another number of training cases than it says', {
    file,
    field: 'numTraining',
    expected: `${training.length} (as found in imagesTr)${labelled === training.length ? '' : ` or ${labelled} (those with a label)`}`,
    received: JSON.stringify(numTraining),
    nextStep: 'Complete the data set, or correct numTraining in dataset.json.',
  });
}
