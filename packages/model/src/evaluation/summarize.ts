import { bootstrapInterval } from '../metrics/bootstrap-interval.js';
import type { LabelScores } from '../metrics/label-scores.js';
import { wilcoxonSignedRank } from '../metrics/wilcoxon.js';
import { mean } from '../report/format-number.js';
import {
  intervals,
  type CaseResult,
  type ComparisonRow,
  type Interval,
  type LabelResult,
  type LabelState,
  type MetricValues,
  type ModelResult,
  type StateRow,
} from './evaluation.js';
import { metricList, type Metric } from './metric-list.js';
import type { ScoredCase } from './tasks.js';

/** A case's result with every label of the table, also those that no map of it has. */
export function caseResult(caseId: string, spacing: ScoredCase['spacing'], scores: LabelScores[], labels: readonly number[]): CaseResult {
  const results = labels.map((label): LabelResult => {
    const score = scores.find((one) => one.label === label);
    return score === undefined
      ? { label, state: 'absent', predictionVoxels: 0, referenceVoxels: 0, ...valuesBy(() => null) }
      : { ...score, state: stateOf(score) };
  });
  const foreground = valuesBy(({ key }) => mean(results.map((result) => result[key]).filter((value) => value !== null)));
  return { caseId, spacing, foreground, labels: results };
}

/** Means and intervals of a model's cases: mean over labels first, then label by label. */
export function summarizeModel(source: string, cases: CaseResult[], labels: readonly number[]): ModelResult {
  const summary = [null, ...labels].flatMap((label) =>
    metricList.map((metric) => {
      const values = cases.map((one) => valueOf(one, label, metric)).filter(isFinite);
      return { label, metric: metric.key, cases: values.length, mean: mean(values), interval: intervalOf(values) };
    }),
  );
  return { source, cases, summary, states: labels.map((label) => states(cases, label)) };
}

/** Paired comparison of two models that were evaluated on the same cases, in the same order. */
export function compareModels(model: CaseResult[], other: CaseResult[], labels: readonly number[]): ComparisonRow[] {
  return [null, ...labels].flatMap((label) =>
    metricList.map((metric) => {
      const size = (value: number): number => (metric.better === 'zero' ? Math.abs(value) : value);
      const pairs = model.flatMap((one, k) => {
        const [first, second] = [valueOf(one, label, metric), valueOf(other[k]!, label, metric)];
        return isFinite(first) && isFinite(second) ? [[size(first), size(second)] as const] : [];
      });
      const differences = pairs.map(([first, second]) => first - second);
      return {
        label,
        metric: metric.key,
        cases: pairs.length,
        against: mean(pairs.map(([, second]) => second)),
        difference: mean(differences),
        interval: intervalOf(differences),
        test: pairs.length === 0 ? null : wilcoxonSignedRank(pairs.map(([first]) => first), pairs.map(([, second]) => second)),
      };
    }),
  );
}

/** Ids of the worst cases by mean Dice, worst first, ties by id; cases without any label are left out. */
export function worstCases(cases: readonly CaseResult[], count: number): string[] {
  return cases
    .filter(({ foreground }) => foreground.dice !== null)
    .sort((a, b) => a.foreground.dice! - b.foreground.dice! || (a.caseId < b.caseId ? -1 : 1))
    .slice(0, count)
    .map(({ caseId }) => caseId);
}

function valueOf({ foreground, labels }: CaseResult, label: number | null, { key }: Metric): number | null {
  const values: MetricValues | undefined = label === null ? foreground : labels.find((result) => result.label === label);
  return values?.[key] ?? null;
}

function valuesBy(value: (metric: Metric) => number | null): MetricValues {
  return Object.fromEntries(metricList.map((metric) => [metric.key, value(metric)])) as MetricValues;
}

function stateOf({ predictionVoxels, referenceVoxels }: LabelScores): LabelState {
  if (referenceVoxels === 0) return predictionVoxels === 0 ? 'absent' : 'spurious';
  return predictionVoxels === 0 ? 'missed' : 'present';
}

function states(cases: CaseResult[], label: number): StateRow {
  const count: StateRow['states'] = { present: 0, missed: 0, spurious: 0, absent: 0 };
  for (const one of cases) count[one.labels.find((result) => result.label === label)!.state]++;
  return { label, states: count };
}

function intervalOf(values: number[]): Interval | null {
  if (values.length < 2) return null;
  const { low, high } = bootstrapInterval(values, intervals);
  return { low, high };
}

function isFinite(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
