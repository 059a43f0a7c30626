import type { Vec3 } from '@geoscribe/core-io';
import type { BootstrapInterval } from '../metrics/bootstrap-interval.js';
import type { WilcoxonResult } from '../metrics/wilcoxon.js';
import type { NamedLabel } from './label-table.js';
import type { MetricKey } from './metric-list.js';
import type { EvaluationSettings } from './tasks.js';

/** Values by measure; null where a value does not exist, Infinity for distances where one map lacks the label. */
export type MetricValues = Record<MetricKey, number | null>;

/**
 * Where a label is: in both maps, in the reference only (`missed`), in the prediction only (`spurious`), in neither
 * (`absent`, which counts nowhere).
 */
export type LabelState = 'present' | 'missed' | 'spurious' | 'absent';

export interface LabelResult extends MetricValues {
  label: number;
  state: LabelState;
  predictionVoxels: number;
  referenceVoxels: number;
}

/** One case of one model. */
export interface CaseResult {
  caseId: string;
  /** mm by x, y, z, as used. */
  spacing: Vec3;
  /** Mean over the labels that have a value; infinite where one of them is. */
  foreground: MetricValues;
  labels: LabelResult[];
}

/** A measure over cases, of one label or (`label` null) of the mean over labels. */
export interface SummaryRow {
  label: number | null;
  metric: MetricKey;
  /** Cases with a finite value; the others are left out. */
  cases: number;
  /** Null without a case. */
  mean: number | null;
  /** Bootstrap over cases; null with fewer than two. */
  interval: Interval | null;
}

export type Interval = Pick<BootstrapInterval, 'low' | 'high'>;

/** The two models on the cases where both have a finite value. */
export interface ComparisonRow {
  label: number | null;
  metric: MetricKey;
  cases: number;
  /** Mean of the other model on these cases. Volume differences are compared by their size. */
  against: number | null;
  /** Mean of prediction minus other. */
  difference: number | null;
  interval: Interval | null;
  /** Null without a case. */
  test: WilcoxonResult | null;
}

/** Cases by state, of one label. */
export interface StateRow {
  label: number;
  states: Record<LabelState, number>;
}

/** One model's cases and their summary. */
export interface ModelResult {
  /** As the user gave it. */
  source: string;
  cases: CaseResult[];
  summary: SummaryRow[];
  states: StateRow[];
}

/** All that an evaluation found: plain data. */
export interface Evaluation {
  references: string;
  settings: EvaluationSettings;
  labels: NamedLabel[];
  /** Value of reference voxels that counted for nothing; absent where the label table has none. */
  ignoreLabel?: number;
  /** References without a prediction that were left out. */
  left: number;
  predictions: ModelResult;
  against: ModelResult | null;
  /** Null without another model. */
  comparison: ComparisonRow[] | null;
}

/** Intervals: 95 %, drawn means, and the seed that makes them repeatable. */
export const intervals = { level: 0.95, samples: 2000, seed: 0 } as const;

/** Of the normalised surface Dice where nobody chose one, mm. */
export const SURFACE_TOLERANCE = 2;
