import { SURFACE_TOLERANCE, type CaseResult } from '../../evaluation/evaluation.js';
import { columnTitle, metricNumber } from '../../evaluation/format-metric.js';
import { metricList, type Metric } from '../../evaluation/metric-list.js';
import { MISSING, range } from '../format-number.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { ReportData } from '../report-data.js';
import type { ReportJson } from '../report-json.js';
import { mainIterations } from '../report-rows.js';
import { table } from '../table.js';

/** What the main table does not say: everything but Dice. */
const furtherMetrics = metricList.filter(({ key }) => key !== 'dice');

type Row = ReportJson['rows'][number];

/** The further measures by method, by class after the last iteration, and by case; nothing where only Dice is known. */
export function measuresSection(data: ReportData, json: ReportJson): Html | null {
  const measured = json.rows.filter(({ measures }) => measures.length > 0);
  const last = mainIterations(data).findLast(({ scores }) => scores !== null);
  if (measured.length === 0) return null;
  const rows = measured.map((row) => [row.method, ...cells(row, null)]);
  return html`<h3>Surface and volume</h3>
${table(
    'Mean over classes and test cases, 95 % bootstrap interval below. Volume difference: prediction minus reference over reference, signed. HD95, MSSD, ASSD: distances between border voxels. NSD: share of both surfaces within the tolerance of the other. Cases with a missed or spurious class have no finite distance and are left out of the distances.',
    titles('Method'),
    rows,
  )}
${last !== undefined && byClass(measured, json.labels, last.iteration)}
${last?.scores != null && byCase(last.scores, last.iteration)}`;
}

function byClass(rows: Row[], labels: string[], iteration: number): Html | null {
  const row = rows.find(({ method }) => method === `iteration-${iteration}`);
  if (row === undefined || labels.length < 3) return null;
  return table(`The same by class, after iteration ${iteration}.`, titles('Class'), labels.map((name, label) => [name, ...cells(row, label)]).slice(1));
}

function byCase(scores: CaseResult[], iteration: number): Html {
  return html`<details><summary>All measures by test case</summary>
${table(
    `Mean over classes by test case, after iteration ${iteration}; ${MISSING} where a class is missed or spurious, or in neither.`,
    ['Case', ...metricList.map((metric) => columnTitle(metric, SURFACE_TOLERANCE))],
    scores.map(({ caseId, foreground }) => [caseId, ...metricList.map((metric) => metricNumber(metric, foreground[metric.key]))]),
  )}</details>`;
}

function titles(first: string): string[] {
  return [first, ...furtherMetrics.map((metric) => columnTitle(metric, SURFACE_TOLERANCE))];
}

function cells({ measures }: Row, label: number | null): HtmlValue[] {
  return furtherMetrics.map((metric: Metric) => {
    const found = measures.find((one) => one.label === label && one.metric === metric.key);
    if (found === undefined || found.mean === null) return MISSING;
    return html`${metricNumber(metric, found.mean)}${found.interval !== null && html`<br><small>${range(found.interval, (value) => metricNumber(metric, value))}</small>`}`;
  });
}
