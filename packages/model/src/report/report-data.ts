import type {
  CampaignSettings,
  MethodMetrics,
  PropagationStatistics,
  PseudoLabelMetrics,
  ReviewEffort,
} from '@geoscribe/campaign';
import type { CaseResult } from '../evaluation/evaluation.js';
import type { CurveEntry } from '../training/training-record.js';

/** One training: the preliminary one (`arm` is `preliminary`, `iteration` 0) or a fine-tuning of an arm. */
export interface ReportTraining {
  arm: string;
  iteration: number;
  curve: CurveEntry[];
}

export interface ReportIteration {
  iteration: number;
  /** Null where no test case has a true label. */
  metrics: MethodMetrics | null;
  /** Every measure by test case; null where only Dice is known. */
  scores: CaseResult[] | null;
  pseudoLabels: PseudoLabelMetrics | null;
  statistics: { caseId: string; statistics: PropagationStatistics }[];
}

/** One picture of a row of panels. */
export interface ReportPanel {
  title: string;
  /** What the picture shows, for people who cannot see it. */
  description: string;
  png: Uint8Array;
  /** Pixels. */
  width: number;
  height: number;
}

/** The panels of one case. */
export interface ReportPicture {
  caseId: string;
  group: 'scribbled' | 'test';
  /** Why this case is shown, e.g. `median`. */
  rank: string;
  /** Slice, orientation and figures, one sentence. */
  caption: string;
  panels: ReportPanel[];
}

/** Everything a report shows, with artifacts resolved: plain data, no reference and no clock. */
export interface ReportData {
  campaign: string;
  settings: CampaignSettings;
  /** When the report was written; printed in UTC. */
  now: Date;
  /** Version by component, e.g. `geoscribe`, `torch`. */
  versions: Record<string, string>;
  cases: { full: string[]; scribbled: string[]; validation: string[]; test: string[] };
  failedCases: { caseId: string; message: string }[];
  /** Cases whose image and label geometry differed and were trusted: deviation in mm. */
  overriddenGeometry: { caseId: string; deviation: number }[];
  effort: ReviewEffort[];
  simulatedAnnotator: boolean;
  /** Reach of a stroke over smallest spacing, by class. */
  distanceWeight: number[];
  preliminary: MethodMetrics | null;
  /** As an iteration's `scores`. */
  preliminaryScores: CaseResult[] | null;
  /** `main` is the method; the others are baselines. */
  arms: { arm: string; iterations: ReportIteration[] }[];
  trainings: ReportTraining[];
  pictures: ReportPicture[];
  /** Cases whose picture could not be drawn, and why. */
  missingPictures: { caseId: string; message: string }[];
  model: { sha256: string; bytes: number };
}
