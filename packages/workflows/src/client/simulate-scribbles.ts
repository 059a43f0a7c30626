import { GeoscribeError, type SubmissionReceipt } from '@geoscribe/campaign';
import { assertSameGeometry } from '@geoscribe/core-io';
import { readLabelMap, type ArtifactStore } from '@geoscribe/core-io/node';
import { simulateAnnotator } from '@geoscribe/model';
import type { ReviewDesk } from './review-desk.js';

export interface SimulatedReview {
  /** Null where nothing can be said of the case, and nothing was submitted. */
  receipt: SubmissionReceipt | null;
  strokes: number;
  markedVoxels: number;
}

/**
 * Answers for one case as the simulated annotator of method section 8: strokes in the largest errors of the newest
 * prediction, or "no error" where none is large enough. The case needs its true label; where that has ignored voxels, nobody
 * knows that there is no error, and nothing is submitted.
 *
 * @throws GeoscribeError `InvalidDatasetError` for a case without a label.
 */
export async function simulateScribbles(
  desk: ReviewDesk,
  store: ArtifactStore,
  caseId: string,
  options: { classes: number; strokesPerCase: number; minimumComponent: number },
): Promise<SimulatedReview> {
  const { imported, prediction } = await desk.scribbledCase(caseId);
  if (imported.label === undefined || prediction === undefined) {
    throw new GeoscribeError('InvalidDatasetError', `Case ${caseId} cannot be simulated`, {
      expected: 'a true label and a prediction',
      received: imported.label === undefined ? 'no label' : 'no prediction',
      nextStep: 'Let a person draw, or mark the case with `geoscribe scribbles skip`.',
    });
  }
  const [predicted, truth] = await Promise.all(
    [prediction.labelMap, imported.label].map(async (ref) => readLabelMap(await store.path(ref))),
  );
  const { geometry } = predicted!;
  assertSameGeometry(truth!.geometry, geometry, { file: `label of case ${caseId}` });
  const { seedMap, strokes, markedVoxels } = simulateAnnotator({
    prediction: predicted!.data,
    truth: truth!.data,
    dims: geometry.dims,
    ...options,
  });
  const submit = async (): Promise<SubmissionReceipt | null> => {
    if (strokes.length > 0) return desk.submitSeeds(caseId, { geometry, data: seedMap }, { strokes: strokes.length });
    return imported.ignoreLabel === undefined ? desk.submitNoError(caseId) : null;
  };
  return { receipt: await submit(), strokes: strokes.length, markedVoxels };
}
