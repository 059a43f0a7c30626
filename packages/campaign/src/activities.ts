import type { ArtifactRef } from './artifact.js';
import type { CampaignSettings, PropagationMode } from './config.js';

/**
 * Input and output of every activity: the contract between the workflow and the workers. Plain JSON; bytes travel as
 * artifact references.
 */

export interface CaseGeometry {
  dims: [number, number, number];
  spacing: [number, number, number];
}

/** One subject after import. `label` is trusted ground truth: for full cases it trains, otherwise it only evaluates. */
export interface ImportedCase {
  id: string;
  image: ArtifactRef;
  /** Channels beyond the first, in the order of the dataset's channel names. */
  moreChannels: ArtifactRef[];
  label?: ArtifactRef;
  /** Value of the voxels of `label` that nobody annotated; absent where it has none. */
  ignoreLabel?: number;
  geometry: CaseGeometry;
  /** Deviation in mm that `trustImageGeometry` overrode; absent where image and label agree. */
  overriddenGeometryDeviation?: number;
}

/** The case on the plan's grid. Arrays are `.npy`, `[C, Z, Y, X]` or `[Z, Y, X]` after the plan's permutation. */
export interface PreprocessedCase {
  id: string;
  image: ArtifactRef;
  validMask: ArtifactRef;
  properties: ArtifactRef;
  /** Label on the same grid; full cases only. Ignored voxels are 0 in it. */
  label?: ArtifactRef;
  /** float32 on the same grid, 0 where the label is ignored and 1 elsewhere; only for a label with ignored voxels. */
  confidence?: ArtifactRef;
}

export interface Prediction {
  caseId: string;
  preprocessed: PreprocessedCase;
  /** float16 `.npy` `[C, Z, Y, X]` on the plan's grid. */
  probability: ArtifactRef;
  /** Argmax on the plan's grid, integer `.npy` `[Z, Y, X]`. */
  label: ArtifactRef;
  /** Argmax on the image's own grid, NIfTI. */
  labelMap: ArtifactRef;
}

export interface PropagationStatistics {
  /** Share of voxels in the focus area. */
  focusFraction: number;
  /** Voxels reached by each class's geodesic, by class. */
  reachedVoxels: number[];
  /** Voxels whose pseudo label differs from the origin label. */
  flippedVoxels: number;
  /** Largest share of one foreground class's predicted voxels that the intensity gate walls off. */
  walledShare: number;
  meanConfidence: number;
  seconds: number;
}

export interface PseudoLabel {
  caseId: string;
  preprocessed: PreprocessedCase;
  pseudoLabel: ArtifactRef;
  confidence: ArtifactRef;
  focus: ArtifactRef;
  statistics: PropagationStatistics;
}

export interface TrainedNetwork {
  checkpoint: ArtifactRef;
  plan: ArtifactRef;
  curve: ArtifactRef;
  epochs: number;
  finalLoss: number;
  validationDice?: number;
  /** w_d by class, index 0 background, derived from the full cases (method section 2.1); 0.01 each without any. */
  distanceWeight: number[];
}

export interface ImportCaseInput {
  campaign: string;
  /** Listing of the dataset's files, see `DatasetListing` of core-io. */
  dataset: ArtifactRef;
  caseId: string;
  trustImageGeometry: boolean;
  /** Full, validation and test cases are useless without a label. */
  needsLabel: boolean;
}

export interface TrainPreliminaryInput {
  campaign: string;
  settings: CampaignSettings;
  full: ImportedCase[];
  validation: ImportedCase[];
  /** Scribble-only campaigns: scribbled cases and their seeds, trained with partial confidence. */
  scribbled: { case: ImportedCase; seeds: ArtifactRef }[];
  /** A checkpoint of ours that is taken as it is: nothing is trained. */
  checkpoint?: ArtifactRef;
  /** A plan that is taken in place of one made from the cases. */
  plan?: ArtifactRef;
}

export interface PredictCaseInput {
  campaign: string;
  settings: CampaignSettings;
  network: TrainedNetwork;
  case: ImportedCase;
  /** A prediction that another system made, on the image's grid: taken instead of the network's. */
  given?: ArtifactRef;
}

export type Review = { kind: 'scribbles'; seeds: ArtifactRef } | { kind: 'no-error' } | { kind: 'unseen' };

export interface PropagateCaseInput {
  campaign: string;
  settings: CampaignSettings;
  mode: PropagationMode;
  distanceWeight: number[];
  prediction: Prediction;
  /** Origin label: argmax of the network before fine-tuning, plan's grid. */
  originLabel: ArtifactRef;
  /** The case's image: geometry of the seeds. */
  case: ImportedCase;
  review: Review;
}

export interface FineTuneInput {
  campaign: string;
  settings: CampaignSettings;
  /** Name of the arm: `main` or a baseline. */
  arm: string;
  iteration: number;
  network: TrainedNetwork;
  full: ImportedCase[];
  pseudo: PseudoLabel[];
  /** Scribbled cases whose true label trains, for the baseline `full` only. */
  extraFull: ImportedCase[];
  validation: ImportedCase[];
}

/** Dice by class label; null where reference and prediction are both empty. */
export type ClassDice = Record<string, number | null>;

export interface CaseMetrics {
  caseId: string;
  dice: ClassDice;
}

export interface MethodMetrics {
  method: string;
  meanDice: number;
  perClassDice: ClassDice;
  cases: CaseMetrics[];
}

export interface PseudoLabelMetrics {
  iteration: number;
  /** Mean foreground Dice of the network's prediction, of the pseudo labels, and weighted by confidence. */
  before: number;
  after: number;
  afterWeighted: number;
  meanConfidenceRight: number;
  meanConfidenceWrong: number;
}

export interface EvaluateInput {
  campaign: string;
  settings: CampaignSettings;
  method: string;
  network: TrainedNetwork;
  test: ImportedCase[];
  /** Pseudo labels of this method's iteration beside the prediction they came from, where truth exists. */
  pseudo: { iteration: number; cases: { case: ImportedCase; prediction: Prediction; pseudoLabel: PseudoLabel }[] } | null;
}

export interface EvaluateOutput {
  metrics: MethodMetrics | null;
  pseudoLabels: PseudoLabelMetrics | null;
  /**
   * Every measure by test case and class, JSON of `model`'s `CaseResult`s; absent without test cases, and in evaluations
   * made before there was more than Dice.
   */
  scores?: ArtifactRef;
  /** Predicted label maps of the test cases, NIfTI, for pictures. */
  predictions: { caseId: string; labelMap: ArtifactRef }[];
}

export interface ExportModelInput {
  campaign: string;
  settings: CampaignSettings;
  network: TrainedNetwork;
  /** To fit the temperature of the model's probabilities on. */
  validation?: ImportedCase[];
}

export interface ExportModelOutput {
  model: ArtifactRef;
  bytes: number;
}

export interface ReportArm {
  arm: string;
  iterations: {
    iteration: number;
    curve: ArtifactRef;
    evaluation: EvaluateOutput | null;
    /** Propagation statistics by case. */
    statistics: { caseId: string; statistics: PropagationStatistics }[];
  }[];
}

/** What the proofreading of one case took. */
export interface ReviewEffort {
  caseId: string;
  kind: Review['kind'] | 'skipped';
  strokes: number;
  markedVoxels: number;
  /** Share of the volume's voxels that are marked, 0 to 1. */
  markedShare: number;
  /** The seed map, for overlay pictures. */
  seeds?: ArtifactRef;
}

export interface WriteReportInput {
  campaign: string;
  settings: CampaignSettings;
  cases: { full: string[]; scribbled: string[]; validation: string[]; test: string[] };
  failedCases: { caseId: string; message: string }[];
  effort: ReviewEffort[];
  /** True where a program drew the scribbles from the true labels; the report says so. */
  simulatedAnnotator?: boolean;
  preliminary: { network: TrainedNetwork; evaluation: EvaluateOutput | null };
  arms: ReportArm[];
  /** For overlay pictures. */
  imported: ImportedCase[];
  firstPredictions: Prediction[];
  lastPseudoLabels: PseudoLabel[];
  model: ArtifactRef;
}

export interface WriteReportOutput {
  html: ArtifactRef;
  json: ArtifactRef;
}

export interface Activities {
  importCase(input: ImportCaseInput): Promise<ImportedCase>;
  trainPreliminary(input: TrainPreliminaryInput): Promise<TrainedNetwork>;
  predictCase(input: PredictCaseInput): Promise<Prediction>;
  propagateCase(input: PropagateCaseInput): Promise<PseudoLabel>;
  fineTune(input: FineTuneInput): Promise<TrainedNetwork>;
  evaluate(input: EvaluateInput): Promise<EvaluateOutput>;
  exportModel(input: ExportModelInput): Promise<ExportModelOutput>;
  writeReport(input: WriteReportInput): Promise<WriteReportOutput>;
}
