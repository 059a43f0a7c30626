import { counted } from '@geoscribe/campaign';
import { range } from '../report/format-number.js';
import { printable, textTable } from '../report/text-table.js';
import type { Evaluation, StateRow } from './evaluation.js';
import { comparedTitle, formatCompared, formatDifference, formatMetric, formatProbability, metricTitle } from './format-metric.js';
import { metricList } from './metric-list.js';

/**
 * The means of an evaluation as plain text for a terminal.
 *
 * @returns lines joined by LF, without a line break at the end.
 */
export function formatEvaluation(evaluation: Evaluation): string {
  const { predictions, against, references, labels, comparison } = evaluation;
  const names = new Map<number | null, string>([[null, 'mean of labels'], ...labels.map(({ value, name }) => [value, printable(name)] as const)]);
  const shown = (label: number | null): boolean => label !== null || labels.length > 1;
  const measure = (key: string) => metricList.find((metric) => metric.key === key)!;
  const title = (key: string): string => metricTitle(measure(key), evaluation.settings.tolerance);
  const means = predictions.summary
    .filter(({ label }) => shown(label))
    .map((row) => [
      names.get(row.label)!,
      title(row.metric),
      formatMetric(measure(row.metric), row.mean),
      range(row.interval, (value) => formatMetric(measure(row.metric), value)),
      String(row.cases),
    ]);
  const compared = (comparison ?? [])
    .filter(({ label }) => shown(label))
    .map((row) => [
      names.get(row.label)!,
      comparedTitle(measure(row.metric), evaluation.settings.tolerance),
      formatCompared(measure(row.metric), row.against),
      formatDifference(measure(row.metric), row.difference),
      range(row.interval, (value) => formatDifference(measure(row.metric), value)),
      formatProbability(row.test?.pValue),
      String(row.cases),
    ]);
  return [
    `${printable(predictions.source)} against ${printable(references)}`,
    settingsLine(evaluation),
    '',
    ...textTable([['label', 'measure', 'mean', '95 % interval', 'cases'], ...means]),
    ...(against === null ? [] : ['', `Prediction minus ${printable(against.source)}, paired by case`, '', ...textTable([['label', 'measure', 'other', 'difference', '95 % interval', 'p', 'cases'], ...compared])]),
    ...absences(predictions.states, names),
  ].join('\n');
}

function settingsLine({ predictions, settings, left, ignoreLabel }: Evaluation): string {
  const { spacing, faces } = settings;
  return [
    counted(predictions.cases.length, 'case'),
    spacing === null ? 'spacing of the files' : `spacing ${spacing.join(' x ')} mm as given`,
    ...(faces === 'open' ? ['no surface where the volume ends'] : []),
    ...(ignoreLabel === undefined ? [] : [`label ${ignoreLabel} of the references ignored`]),
    ...(left === 0 ? [] : [`${counted(left, 'reference')} without a prediction left out`]),
  ].join(', ');
}

function absences(rows: StateRow[], names: ReadonlyMap<number | null, string>): string[] {
  const lines = rows
    .filter(({ states }) => states.missed + states.spurious + states.absent > 0)
    .map(({ label, states: { missed, spurious, absent } }) => {
      const parts = [
        ...(missed > 0 ? [`missed in ${counted(missed, 'case')}`] : []),
        ...(spurious > 0 ? [`predicted where there is none in ${counted(spurious, 'case')}`] : []),
        ...(absent > 0 ? [`in neither map of ${counted(absent, 'case')} (left out)`] : []),
      ];
      return `${names.get(label)!}: ${parts.join(', ')}`;
    });
  const noDistance = rows.some(({ states }) => states.missed + states.spurious > 0);
  return lines.length === 0 ? [] : ['', ...lines, ...(noDistance ? ['Distances are infinite where only one map has the label; their means leave those cases out.'] : [])];
}
