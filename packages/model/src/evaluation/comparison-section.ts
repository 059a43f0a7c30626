import { range } from '../report/format-number.js';
import { html, type Html } from '../report/html.js';
import { table } from '../report/table.js';
import type { ComparisonRow, Evaluation } from './evaluation.js';
import { shortName } from './evaluation-words.js';
import { comparedTitle, formatCompared, formatDifference, formatProbability } from './format-metric.js';
import { metricList } from './metric-list.js';

/** The paired comparison with the other model; nothing without one. */
export function comparisonSection({ against, comparison, labels, settings }: Evaluation): Html | null {
  if (against === null || comparison === null) return null;
  const names = new Map<number | null, string>([[null, 'mean of labels'], ...labels.map(({ value, name }) => [value, name] as const)]);
  const rows = comparison.filter(({ label }) => label !== null || labels.length > 1);
  const metricOf = (row: ComparisonRow) => metricList.find(({ key }) => key === row.metric)!;
  return html`<section><h2>Against ${shortName(against.source)}</h2>
${table(
    'Paired by case, over the cases where both have a finite value. Difference: prediction minus other model. p: Wilcoxon’s signed-rank test, two-sided, not corrected for the number of rows.',
    ['Label', 'Measure', 'Other model', 'Difference', '95 % interval', 'p', 'Cases'],
    rows.map((row) => {
      const metric = metricOf(row);
      return [
        names.get(row.label) ?? '',
        `${comparedTitle(metric, settings.tolerance)} (${metric.better === 'higher' ? 'higher' : 'lower'} is better)`,
        formatCompared(metric, row.against),
        formatDifference(metric, row.difference),
        range(row.interval, (value) => formatDifference(metric, value)),
        formatProbability(row.test?.pValue),
        row.cases,
      ];
    }),
  )}
</section>`;
}
