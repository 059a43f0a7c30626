// plan
export {
  caseFingerprint,
  mergeFingerprints,
  type CaseFingerprint,
  type Fingerprint,
  type ForegroundSample,
} from './plan/fingerprint.js';
export { planSchema, planVersion, type ForegroundIntensities, type Normalization, type Plan } from './plan/plan.js';
export { parsePlan } from './plan/parse-plan.js';
export { planExperiment } from './plan/plan-experiment.js';
export { mirrorWarning } from './plan/mirror-warning.js';
export { explainPlan, type PlanReason } from './plan/explain-plan.js';
export { importNnunetPlans } from './plan/import-nnunet-plans.js';
export { estimateTrainingMemory } from './plan/training-memory.js';
export { networkSpec } from './plan/network-spec.js';
export { classThickness, type ThicknessLabel } from './plan/class-thickness.js';
export { distanceWeight } from './plan/distance-weight.js';
export { propagationRule, type PropagationRule } from './propagation/propagation-rule.js';
// preprocessing
export { preprocessImage, type PreprocessedImage } from './preprocessing/preprocess-image.js';
export { preprocessLabel } from './preprocessing/preprocess-label.js';
export { casePropertiesSchema, type CaseProperties } from './preprocessing/case-properties.js';
export { restoreLabel, restoreProbability, restoreScalar } from './preprocessing/restore.js';
export { givenProbability } from './preprocessing/given-probability.js';
export { uncertaintyMap } from './preprocessing/uncertainty-map.js';
// metrics
export { diceByClass, iou, meanForegroundDice, relativeVolumeDifference, type LabelComparison } from './metrics/dice.js';
export { labelScores, type LabelScores } from './metrics/label-scores.js';
export type { Faces } from './metrics/padded-mask.js';
export { wilcoxonSignedRank, type WilcoxonResult } from './metrics/wilcoxon.js';
export { pseudoLabelQuality, type PseudoLabelQuality } from './metrics/pseudo-label-quality.js';
export { bootstrapInterval, type BootstrapInterval } from './metrics/bootstrap-interval.js';
// evaluation of files
export { evaluateFiles, type EvaluateFilesOptions, type WorstCase } from './evaluation/evaluate-files.js';
export type { CaseResult, ComparisonRow, Evaluation, SummaryRow } from './evaluation/evaluation.js';
export { evaluationJson, writeEvaluation } from './evaluation/evaluation-files.js';
export { formatEvaluation } from './evaluation/format-evaluation.js';
// annotator, morphology
export { simulateAnnotator, type SimulatedAnnotation, type SimulatedStroke } from './annotator/simulate-annotator.js';
export type { TensorShape } from './morphology/tensor-shape.js';
// report
export { renderReport } from './report/render-report.js';
export { writeReport, type WriteReportContext } from './report/write-report.js';
export { formatReportTable } from './report/format-report-table.js';
export { reportJsonSchema, type ReportJson } from './report/report-json.js';
export type { ReportData, ReportIteration, ReportPanel, ReportPicture, ReportTraining } from './report/report-data.js';
// training
export { learningRate, type LearningRateSchedule } from './training/learning-rate.js';
export { counterRandom, type CounterRandom } from './training/counter-random.js';
export { classLocations, maskLocations, type ClassLocations } from './training/case-locations.js';
export { batchRequests, type SamplerCase, type SamplerSettings } from './training/patch-sampler.js';
export { requireCheckpointDataset } from './training/require-checkpoint-dataset.js';
export { decodeCheckpoint, encodeCheckpoint, finalTensors, type Checkpoint } from './training/checkpoint.js';
export type { CurveEntry, EpochRecord, TrainingRecord } from './training/training-record.js';
export { train, type CaseToTrain, type TrainOptions } from './training/train.js';
export { validate, type ValidationCase } from './training/validate.js';
// curves
export { openCurves, type Curves, type CurvesOptions } from './curves/open-curves.js';
export { sendCurves } from './curves/send-curves.js';
export { writeCurves } from './curves/write-curves.js';
export type { CurveOutcome, CurveRun } from './curves/curve-run.js';
export { mlflowSettings, type MlflowSettings } from './curves/mlflow-settings.js';
export { runParameters } from './curves/run-parameters.js';
// inference
export { slidingWindow, type SlidingWindowOptions } from './inference/sliding-window.js';
export type { Predictor, WindowTask } from './inference/predictor.js';
export { describeForms } from './inference/describe-forms.js';
export { torchPredictor } from './inference/torch-predictor.js';
export { onnxPredictor, type OnnxPredictor } from './inference/onnx-predictor.js';
export { openModel, type OpenModelOptions } from './inference/open-model.js';
export type { Model } from './inference/model.js';
export { calibrate } from './inference/calibrate.js';
export type { Calibration } from './inference/calibration.js';
export { fitTemperature, type ProbabilitySample } from './inference/fit-temperature.js';
export { argmax } from './inference/softmax.js';
export { predictFiles, type PredictedFiles, type PredictFilesOptions } from './inference/predict-files.js';
// onnx
export { exportOnnx } from './onnx/export-onnx.js';
export { exportOnnxFile, type ExportedOnnx } from './onnx/export-onnx-file.js';
export { readOnnxMetadata, type OnnxMetadata } from './onnx/read-onnx-metadata.js';
// interchange
export { exportNnunet, type ExportedNnunet, type ExportNnunetOptions, type PseudoLabelledCase } from './interchange/export-nnunet.js';
// engine
export { engineContext, type EngineContext } from './engine/engine-context.js';
export { folderPointers, type PointerValues, type Pointers } from './engine/pointers.js';
export { datasetFingerprint } from './engine/fingerprint-cases.js';
export { trainPreliminary } from './engine/train-preliminary.js';
export { importCase, type DatasetFolder } from './engine/import-case.js';
export { fineTune } from './engine/fine-tune.js';
export { predictCase } from './engine/predict-case.js';
export { evaluate } from './engine/evaluate.js';
export { exportModel } from './engine/export-model.js';
export { calibratedCheckpoint } from './engine/calibrated-checkpoint.js';
// runs without a campaign
export type { TrainedFold } from './engine/train-fold.js';
export type { Fold } from './runs/fold.js';
export { isFoldBegun } from './runs/is-fold-begun.js';
export type { ChosenSettings } from './runs/run-settings.js';
export { trainRun, type TrainedRun, type TrainRunOptions } from './runs/train-run.js';
// supervised children
export { runInChild } from './child/run-in-child.js';
export { ChildPool } from './child/child-pool.js';
export type { ChildOptions, RunOptions } from './child/child-process.js';
export type { JobName, JobRequest, Jobs } from './child/jobs.js';
