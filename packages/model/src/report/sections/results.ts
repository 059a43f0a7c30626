import { fixed, MISSING, range, signed } from '../format-number.js';
import { html, type Html } from '../html.js';
import { intervalChart } from '../interval-chart.js';
import { pairedChart } from '../paired-chart.js';
import type { ReportData } from '../report-data.js';
import { caseMeans, mainIterations } from '../report-rows.js';
import type { ReportJson } from '../report-json.js';
import { table } from '../table.js';
import { measuresSection } from './measures.js';

const dice = (value: number | null | undefined) => fixed(value, 3);
const change = (value: number) => signed(value, 3);

/** Main table, its picture, and the cases one by one. */
export function resultsSection(data: ReportData, json: ReportJson): Html {
  if (json.rows.length === 0) {
    return html`<section><h2>Results on test cases</h2><p>No test case with a true label was given, so no Dice can be stated. Name test cases under <code>cases.test</code> to measure the network.</p></section>`;
  }
  const classes = json.labels.map((name, value) => ({ name, value })).slice(1);
  return html`<section><h2>Results on test cases</h2>
${table(
    'Dice coefficient on the image’s own grid, mean over test cases. Intervals: 95 % bootstrap over cases. Change: paired by case against the preliminary network.',
    ['Method', 'Mean Dice', '95 % interval', 'Change', '95 % interval', ...classes.map(({ name }) => name), 'Cases'],
    json.rows.map((row) => [
      row.method,
      dice(row.meanDice),
      range(row.interval, dice),
      row.difference === null ? MISSING : change(row.difference.mean),
      range(row.difference?.interval ?? null, change),
      ...classes.map(({ value }) => dice(row.perClassDice[value])),
      row.cases,
    ]),
  )}
<figure>${intervalChart(json.rows)}<figcaption>Dots are means, bars 95 % intervals; the dashed line marks the preliminary network. Overlapping bars do not rule out a difference: the paired change in the table is the sharper comparison.</figcaption></figure>
${baselineNotes(json)}
${measuresSection(data, json)}
${caseByCase(data)}
</section>`;
}

const baselineMeanings: Record<string, string> = {
  'seeds-only': 'the same scribbles without spreading them: seeds at full confidence, the network’s own labels elsewhere',
  continued: 'the same number of extra training steps on the fully labelled cases only',
  'self-training': 'the network’s own labels, no scribbles',
  'partial-loss': 'training on marked voxels and full labels only',
  full: 'true labels of the scribbled cases, the ceiling',
};

function baselineNotes(json: ReportJson): Html | null {
  const known = json.rows.flatMap(({ method }) => {
    const meaning = baselineMeanings[method];
    return meaning === undefined ? [] : [html`<li><strong>${method}</strong>: ${meaning}.</li>`];
  });
  return known.length === 0 ? null : html`<p>Rows for comparison, each after its last iteration:</p><ul>${known}</ul>`;
}

function caseByCase(data: ReportData): Html | null {
  const last = mainIterations(data).findLast(({ metrics }) => metrics !== null);
  if (!last?.metrics || data.preliminary === null) return null;
  const before = caseMeans(data.preliminary);
  const name = `iteration ${last.iteration}`;
  const pairs = [...caseMeans(last.metrics)].flatMap(([caseId, after]) => {
    const value = before.get(caseId);
    return value === undefined ? [] : [{ caseId, before: value, after }];
  });
  if (pairs.length === 0) return null;
  const worse = pairs.filter((pair) => pair.after < pair.before).length;
  return html`<h3>Case by case</h3>
<figure class="beside">${pairedChart(pairs, name)}<figcaption>One dot a test case; above the dashed diagonal the case gained. ${worse} of ${pairs.length} cases lost.</figcaption></figure>
<details><summary>Table of all test cases</summary>
${table(
    `Mean foreground Dice by test case, preliminary and ${name}.`,
    ['Case', 'Preliminary', name, 'Change'],
    pairs.map((pair) => [pair.caseId, dice(pair.before), dice(pair.after), change(pair.after - pair.before)]),
  )}</details>`;
}
