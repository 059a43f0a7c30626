import { expect, test } from 'vitest';
import { caseResult } from '../../src/evaluation/summarize.js';
import { labelScores } from '../../src/metrics/label-scores.js';
import { nnunetSummary } from '../../src/runs/nnunet-summary.js';

test("counts and means are nnU-Net's", () => {
  const reference = Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0);
  const prediction = Uint8Array.of(0, 1, 1, 1, 1, 0, 0, 0);
  const scores = labelScores({ prediction, reference, labels: [1, 2], shape: [2, 2, 2], spacing: [1, 1, 1], tolerance: 2, faces: 'closed' });
  const summary = nnunetSummary({
    cases: [caseResult('a', [1, 1, 1], scores, [1, 2])],
    entries: [{ caseId: 'a', voxels: 8, predictionFile: 'a.nii.gz', referenceFile: 'labelsTr/a.nii.gz' }],
  });
  const organ = { Dice: 4 / 7, IoU: 2 / 5, TP: 2, FP: 2, FN: 1, TN: 3, n_pred: 4, n_ref: 3 };
  // A label that nobody has: nnU-Net's NaN, which its means leave out.
  const absent = { Dice: null, IoU: null, TP: 0, FP: 0, FN: 0, TN: 8, n_pred: 0, n_ref: 0 };
  expect(summary).toEqual({
    metric_per_case: [{ metrics: { 1: organ, 2: absent }, prediction_file: 'a.nii.gz', reference_file: 'labelsTr/a.nii.gz' }],
    mean: { 1: organ, 2: absent },
    foreground_mean: { ...organ, TP: 1, FP: 1, FN: 0.5, TN: 5.5, n_pred: 2, n_ref: 1.5 },
  });
});
