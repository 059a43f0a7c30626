import { toTensorShape, type Volume } from '@geoscribe/core-io';
import { SURFACE_TOLERANCE, type CaseResult } from '../evaluation/evaluation.js';
import { caseResult } from '../evaluation/summarize.js';
import { labelScores } from '../metrics/label-scores.js';
import { withoutIgnored } from '../metrics/without-ignored.js';

/**
 * Every measure of a predicted label map against the true one, label by label, on the grid of the truth; voxels of the ignore
 * label count for nothing, see `withoutIgnored`.
 */
export function scoreLabelMap(input: {
  caseId: string;
  prediction: Volume;
  reference: Volume;
  ignoreLabel: number | undefined;
  labels: number[];
}): CaseResult {
  const { caseId, prediction, reference, ignoreLabel, labels } = input;
  const known = { reference: reference.data, ignoreLabel };
  const { dims, spacing } = reference.geometry;
  const scores = labelScores({
    prediction: withoutIgnored(prediction.data, known),
    reference: withoutIgnored(reference.data, known),
    labels,
    shape: toTensorShape(dims),
    spacing: toTensorShape(spacing),
    tolerance: SURFACE_TOLERANCE,
    faces: 'closed',
  });
  return caseResult(caseId, spacing, scores, labels);
}
