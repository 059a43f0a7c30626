import type { ClassDice, MethodMetrics } from '@geoscribe/campaign';
import type { CaseResult, SummaryRow } from '../evaluation/evaluation.js';
import { summarizeModel } from '../evaluation/summarize.js';
import { bootstrapInterval } from '../metrics/bootstrap-interval.js';
import { mean } from './format-number.js';
import type { ReportData, ReportIteration } from './report-data.js';

export interface Interval {
  low: number;
  high: number;
}

/** One line of the main table. */
export interface ReportRow {
  /** `preliminary`, a baseline's name, or `iteration-1` to `iteration-R`. */
  method: string;
  meanDice: number;
  perClassDice: ClassDice;
  /** Test cases that count; a case whose classes are all empty in reference and prediction does not. */
  cases: number;
  /** 95 % bootstrap interval of the mean over cases; null with fewer than two. */
  interval: Interval | null;
  /** Mean over cases of this row minus preliminary on the same case; null on the preliminary row and without pairs. */
  difference: { mean: number; interval: Interval | null; cases: number } | null;
  /** The measures besides Dice, of the mean over classes and of each class; empty where they are not known. */
  measures: SummaryRow[];
}

const INTERVAL_LEVEL = 0.95;
const INTERVAL_SAMPLES = 2000;

/**
 * The rows of the main table: preliminary, each baseline after its last iteration, the method after each iteration.
 *
 * @param data.preliminary, data.preliminaryScores, data.arms metrics; what has none, or no case that counts, gives no row.
 * @returns rows in the order of the table; empty where no test case has a true label.
 */
export function reportRows(data: Pick<ReportData, 'preliminary' | 'preliminaryScores' | 'arms' | 'settings'>): ReportRow[] {
  const { preliminary } = data;
  const evaluated: { method: string; metrics: MethodMetrics; scores: CaseResult[] | null }[] = [];
  if (preliminary !== null) evaluated.push({ method: 'preliminary', metrics: preliminary, scores: data.preliminaryScores });
  for (const { arm, iterations } of data.arms.filter(({ arm }) => arm !== 'main')) {
    const last = iterations.findLast((iteration) => iteration.metrics !== null);
    if (last?.metrics) evaluated.push({ method: arm, metrics: last.metrics, scores: last.scores });
  }
  for (const { iteration, metrics, scores } of mainIterations(data)) {
    if (metrics !== null) evaluated.push({ method: `iteration-${iteration}`, metrics, scores });
  }
  return evaluated.flatMap(({ method, metrics, scores }) => {
    const values = caseMeans(metrics);
    if (values.size === 0) return [];
    return {
      method,
      meanDice: metrics.meanDice,
      perClassDice: metrics.perClassDice,
      cases: values.size,
      interval: intervalOf([...values.values()], data.settings.seed),
      difference: method === 'preliminary' || preliminary === null ? null : differenceTo(preliminary, values, data.settings.seed),
      measures: scores === null ? [] : measuresOf(method, scores),
    };
  });
}

/** The method's iterations in order; empty where the arm `main` is absent. */
export function mainIterations(data: Pick<ReportData, 'arms'>): ReportIteration[] {
  const main = data.arms.find(({ arm }) => arm === 'main');
  return [...(main?.iterations ?? [])].sort((a, b) => a.iteration - b.iteration);
}

/** Mean foreground Dice by case id; classes that are empty in both are left out, cases without any class too. */
export function caseMeans(metrics: MethodMetrics): Map<string, number> {
  const means = new Map<string, number>();
  for (const { caseId, dice } of metrics.cases) {
    const value = mean(Object.values(dice).filter((d) => d !== null));
    if (value !== null) means.set(caseId, value);
  }
  return means;
}

function measuresOf(method: string, scores: CaseResult[]): SummaryRow[] {
  const labels = (scores[0]?.labels ?? []).map(({ label }) => label);
  return summarizeModel(method, scores, labels).summary.filter(({ metric }) => metric !== 'dice');
}

function differenceTo(preliminary: MethodMetrics, values: Map<string, number>, seed: number): ReportRow['difference'] {
  const before = caseMeans(preliminary);
  const differences = [...values].flatMap(([caseId, value]) => {
    const reference = before.get(caseId);
    return reference === undefined ? [] : [value - reference];
  });
  const average = mean(differences);
  return average === null ? null : { mean: average, interval: intervalOf(differences, seed), cases: differences.length };
}

function intervalOf(values: number[], seed: number): Interval | null {
  if (values.length < 2) return null;
  const { low, high } = bootstrapInterval(values, { seed, samples: INTERVAL_SAMPLES, level: INTERVAL_LEVEL });
  return { low, high };
}
