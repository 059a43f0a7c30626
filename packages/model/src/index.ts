// plan
export {
  caseFingerprint,
  mergeFingerprints,
  type CaseFingerprint,
  type Fingerprint,
  type ForegroundSample,
} from './plan/fingerprint.js';
export { planSchema, planVersion, type ForegroundIntensities, type Normalization, type Plan } from './plan/plan.js';
export { planExperiment } from './plan/plan-experiment.js';
export { networkSpec } from './plan/network-spec.js';
export { classThickness, type ThicknessLabel } from './plan/class-thickness.js';
export { distanceWeight } from './plan/distance-weight.js';
// preprocessing
export { preprocessImage, type PreprocessedImage } from './preprocessing/preprocess-image.js';
export { preprocessLabel } from './preprocessing/preprocess-label.js';
export { casePropertiesSchema, type CaseProperties } from './preprocessing/case-properties.js';
export { restoreLabel, restoreProbability, restoreScalar } from './preprocessing/restore.js';
export { uncertaintyMap } from './preprocessing/uncertainty-map.js';
// metrics
export { diceByClass, iou, meanForegroundDice, relativeVolumeDifference, type LabelComparison } from './metrics/dice.js';
export { pseudoLabelQuality, type PseudoLabelQuality } from './metrics/pseudo-label-quality.js';
export { bootstrapInterval, type BootstrapInterval } from './metrics/bootstrap-interval.js';
// annotator, morphology
export { simulateAnnotator, type SimulatedAnnotation, type SimulatedStroke } from './annotator/simulate-annotator.js';
export type { TensorShape } from './morphology/tensor-shape.js';
// report
export { renderReport } from './report/render-report.js';
export { writeReport, type WriteReportContext } from './report/write-report.js';
export { formatReportTable } from './report/format-report-table.js';
export { reportJsonSchema, type ReportJson } from './report/report-json.js';
export type { CurveEntry, ReportData, ReportIteration, ReportPanel, ReportPicture, ReportTraining } from './report/report-data.js';
