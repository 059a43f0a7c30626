import { fixed, MISSING, signed } from '../report/format-number.js';
import type { Metric } from './metric-list.js';

/** A value of a measure as text, with its unit; `–` where it does not exist, `∞` where it is infinite. */
export function formatMetric(metric: Metric, value: number | null | undefined): string {
  return withUnit(metric, metricNumber(metric, value));
}

/** The same without the unit, for a column whose title has it. */
export function metricNumber(metric: Metric, value: number | null | undefined): string {
  if (value === Infinity) return '∞';
  return metric.kind === 'percent' ? signed(scaled(metric, value), metric.decimals) : fixed(value, metric.decimals);
}

/** A value as a paired comparison states it, with its unit: one that is better the nearer it is to 0 by its size. */
export function formatCompared(metric: Metric, value: number | null | undefined): string {
  return metric.better === 'zero' ? withUnit(metric, fixed(scaled(metric, value), metric.decimals)) : formatMetric(metric, value);
}

/** Name of a measure in a paired comparison. */
export function comparedTitle(metric: Metric, tolerance: number): string {
  return metric.better === 'zero' ? `Size of ${metric.title.toLowerCase()}` : metricTitle(metric, tolerance);
}

/** A difference of two values, with its sign and unit. */
export function formatDifference(metric: Metric, value: number | null | undefined): string {
  return withUnit(metric, signed(scaled(metric, value), metric.decimals));
}

/** `p` as text: two digits that count, or a bound. */
export function formatProbability(pValue: number | undefined): string {
  if (pValue === undefined) return MISSING;
  return pValue < 0.0001 ? '< 0.0001' : pValue.toPrecision(2).replace(/^(0\.0*\d\d).*$/, '$1');
}

/** Name of a measure, with the tolerance where it depends on one. */
export function metricTitle({ key, title }: Metric, tolerance: number): string {
  return key === 'nsd' ? `${title} at ${tolerance} mm` : title;
}

/** Title of a column of bare numbers: the name and the unit. */
export function columnTitle(metric: Metric, tolerance: number): string {
  return `${metricTitle(metric, tolerance)}${metric.kind === 'share' ? '' : metric.kind === 'mm' ? ', mm' : ', %'}`;
}

function scaled({ kind }: Metric, value: number | null | undefined): number | null | undefined {
  return kind === 'percent' && value !== null && value !== undefined ? value * 100 : value;
}

function withUnit({ kind }: Metric, text: string): string {
  if (text === MISSING || kind === 'share') return text;
  return `${text} ${kind === 'mm' ? 'mm' : '%'}`;
}
