import { toTensorShape, type Volume } from '@geoscribe/core-io';
import { SURFACE_TOLERANCE, type CaseResult } from '../evaluation/evaluation.js';
import { caseResult } from '../evaluation/summarize.js';
import { labelScores } from '../metrics/label-scores.js';

/** Every measure of a predicted label map against the true one, label by label, on the grid of the truth. */
export function scoreLabelMap(input: { caseId: string; prediction: Volume; reference: Volume; labels: number[] }): CaseResult {
  const { caseId, prediction, reference, labels } = input;
  const { dims, spacing } = reference.geometry;
  const scores = labelScores({
    prediction: prediction.data,
    reference: reference.data,
    labels,
    shape: toTensorShape(dims),
    spacing: toTensorShape(spacing),
    tolerance: SURFACE_TOLERANCE,
    faces: 'closed',
  });
  return caseResult(caseId, spacing, scores, labels);
}
