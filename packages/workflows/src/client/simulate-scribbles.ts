import { GeoscribeError, type SubmissionReceipt } from '@geoscribe/campaign';
import { assertSameGeometry } from '@geoscribe/core-io';
import { readLabelMap, type ArtifactStore } from '@geoscribe/core-io/node';
import { simulateAnnotator } from '@geoscribe/model';
import type { ReviewDesk } from './review-desk.js';

export interface SimulatedReview {
  receipt: SubmissionReceipt;
  strokes: number;
  markedVoxels: number;
}

/**
 * Answers for one case as the simulated annotator of method section 8: strokes in the largest errors of the newest
 * prediction, or "no error" where none is large enough. The case needs its true label.
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
  const receipt =
    strokes.length === 0
      ? await desk.submitNoError(caseId)
      : await desk.submitSeeds(caseId, { geometry, data: seedMap }, { strokes: strokes.length });
  return { receipt, strokes: strokes.length, markedVoxels };
}
