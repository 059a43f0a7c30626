import type { CaseResult, LabelResult } from '../evaluation/evaluation.js';
import { mean } from '../report/format-number.js';

interface SummaryEntry {
  caseId: string;
  /** Of the volume. */
  voxels: number;
  predictionFile: string;
  referenceFile: string;
}

type Metrics = Record<'Dice' | 'FN' | 'FP' | 'IoU' | 'TN' | 'TP' | 'n_pred' | 'n_ref', number | null>;

/**
 * Scores in the form of nnU-Net's `summary.json`: `foreground_mean`, `mean` by label, `metric_per_case`. A Dice that does not
 * exist, NaN there, is null.
 *
 * @param options.cases and `entries` in the same order.
 * Source: nnU-Net v2, `evaluate_predictions.py`.
 */
export function nnunetSummary({ cases, entries }: { cases: CaseResult[]; entries: SummaryEntry[] }): unknown {
  const perCase = cases.map(({ labels }, k) => ({
    metrics: Object.fromEntries(labels.map((result) => [String(result.label), metricsOf(result, entries[k]!.voxels)])),
    prediction_file: entries[k]!.predictionFile,
    reference_file: entries[k]!.referenceFile,
  }));
  const labels = Object.keys(perCase[0]?.metrics ?? {});
  const means = Object.fromEntries(labels.map((label) => [label, meanOf(perCase.map(({ metrics }) => metrics[label]!))]));
  return { foreground_mean: meanOf(Object.values(means)), mean: means, metric_per_case: perCase };
}

function metricsOf({ dice, iou, predictionVoxels, referenceVoxels }: LabelResult, voxels: number): Metrics {
  const TP = Math.round(((dice ?? 0) * (predictionVoxels + referenceVoxels)) / 2);
  const [FP, FN] = [predictionVoxels - TP, referenceVoxels - TP];
  return { Dice: dice, FN, FP, IoU: iou, TN: voxels - TP - FP - FN, TP, n_pred: predictionVoxels, n_ref: referenceVoxels };
}

function meanOf(all: Metrics[]): Metrics {
  const keys = ['Dice', 'FN', 'FP', 'IoU', 'TN', 'TP', 'n_pred', 'n_ref'] as const;
  return Object.fromEntries(keys.map((key) => [key, mean(all.map((one) => one[key]).filter((value) => value !== null))])) as Metrics;
}
