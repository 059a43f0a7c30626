import { counted } from '@geoscribe/campaign';
import { classColour, cssColour } from '../report/colours.js';
import { figure } from '../report/figure.js';
import { MISSING, range } from '../report/format-number.js';
import { html, type Html } from '../report/html.js';
import { page } from '../report/page.js';
import { swatch, table } from '../report/table.js';
import { comparisonSection } from './comparison-section.js';
import type { WorstCase } from './evaluate-files.js';
import type { Evaluation, SummaryRow } from './evaluation.js';
import { leadOf, notesOf, shortName } from './evaluation-words.js';
import { columnTitle, formatMetric, metricNumber } from './format-metric.js';
import { metricList, type Metric } from './metric-list.js';

/**
 * An evaluation as one self-contained HTML page; equal data gives equal bytes.
 *
 * @param worst pictures of the worst cases, worst first.
 * @param options.now printed in UTC.
 */
export function renderEvaluation(evaluation: Evaluation, worst: WorstCase[], { now }: { now: Date }): string {
  const title = `${shortName(evaluation.predictions.source)} against ${shortName(evaluation.references)}`;
  return page(`${title} – Geoscribe evaluation`, [
    html`<header>
<p class="kind">Geoscribe evaluation</p>
<h1>${title}</h1>
<p class="lead">${leadOf(evaluation)}</p>
<p class="note">Written ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC. For research use only; not a medical device.</p>
</header>`,
    summarySection(evaluation),
    comparisonSection(evaluation),
    pictureSection(evaluation, worst),
    caseSection(evaluation),
    html`<section><h2>What the figures mean</h2><ul>${notesOf(evaluation).map((note) => html`<li>${note}</li>`)}</ul></section>`,
  ]);
}

function summarySection({ predictions, labels, settings }: Evaluation): Html {
  const cell = (row: SummaryRow | undefined, metric: Metric) =>
    row === undefined || row.mean === null
      ? MISSING
      : html`${metricNumber(metric, row.mean)}${row.interval !== null && html`<br><small>${range(row.interval, (value) => metricNumber(metric, value))}</small>`}`;
  const rowOf = (label: number | null, name: string) => [
    name,
    ...metricList.map((metric) => cell(predictions.summary.find((row) => row.label === label && row.metric === metric.key), metric)),
  ];
  return html`<section><h2>Means over cases</h2>
${table(
    predictions.summary.some(({ interval }) => interval !== null) ? 'Small print: 95 % bootstrap interval over cases.' : 'Without intervals: those need two cases.',
    ['Label', ...metricList.map((metric) => columnTitle(metric, settings.tolerance))],
    [...(labels.length > 1 ? [rowOf(null, 'mean of labels')] : []), ...labels.map(({ value, name }) => rowOf(value, name))],
  )}
${table(
    'Cases by where a label is. A missed or spurious label has Dice 0 and infinite distances, which the means above leave out.',
    ['Label', 'In both', 'Missed (reference only)', 'Spurious (prediction only)', 'In neither, left out'],
    predictions.states.map(({ label, states: { present, missed, spurious, absent } }) => [labels.find(({ value }) => value === label)!.name, present, missed, spurious, absent]),
  )}
</section>`;
}

function pictureSection({ labels, predictions }: Evaluation, worst: WorstCase[]): Html | null {
  if (worst.length === 0) return null;
  return html`<section><h2>Worst cases</h2>
<ul class="legend">${labels.map(({ name, value }) => html`<li>${swatch(cssColour(classColour(value)), name)}</li>`)}</ul>
${worst.map(({ caseId, caption, panels }) => {
    const dice = predictions.cases.find((one) => one.caseId === caseId)!.foreground.dice;
    return figure(panels, html`<strong>${caseId}</strong>, mean Dice ${formatMetric(metricList[0]!, dice)}. ${caption}`);
  })}
</section>`;
}

function caseSection({ predictions, settings }: Evaluation): Html {
  const sorted = [...predictions.cases].sort((a, b) => (a.foreground.dice ?? 2) - (b.foreground.dice ?? 2) || (a.caseId < b.caseId ? -1 : 1));
  return html`<section><h2>Case by case</h2>
<p>${counted(sorted.length, 'case')}, lowest Dice first. <code>cases.csv</code> beside this page has every label.</p>
<details><summary>Table of all cases</summary>
${table(
    'Mean over the labels of a case; a distance is infinite where one label is missed or spurious.',
    ['Case', ...metricList.map((metric) => columnTitle(metric, settings.tolerance))],
    sorted.map(({ caseId, foreground }) => [caseId, ...metricList.map((metric) => metricNumber(metric, foreground[metric.key]))]),
  )}</details>
</section>`;
}
