import { counted, grouped, propagationTotals, type PropagationStatistics } from '@geoscribe/campaign';
import { fixed, mean, percent } from '../format-number.js';
import { html, type Html } from '../html.js';
import { mainIterations } from '../report-rows.js';
import type { ReportData, ReportIteration } from '../report-data.js';
import { table } from '../table.js';

/** Above this share of walled-off voxels the intensity gate is suspect (method section 2.1). */
const WALLED_SHARE_LIMIT = 0.02;

/** Quality of the pseudo labels and what the geodesic transform did, by iteration of the method. */
export function pseudoLabelSection(data: ReportData): Html {
  const iterations = mainIterations(data);
  return html`<section><h2>Pseudo labels</h2>
${quality(iterations, data.simulatedAnnotator)}
${propagation(iterations, data.settings.dataset.labels)}
</section>`;
}

function quality(iterations: ReportIteration[], simulatedAnnotator: boolean): Html {
  const rows = iterations.flatMap(({ pseudoLabels }) => {
    if (pseudoLabels === null) return [];
    const { iteration, before, after, afterWeighted, meanConfidenceRight, meanConfidenceWrong } = pseudoLabels;
    return [[iteration, ...[before, after, afterWeighted, meanConfidenceRight, meanConfidenceWrong].map((value) => fixed(value, 3))]];
  });
  if (rows.length === 0) return html`<p>No scribbled case has a true label, so the quality of the pseudo labels is not known.</p>`;
  return table(
    `Scribbled cases with a true label. The method never trained on it${simulatedAnnotator ? '; the simulated annotator drew from it' : ''}. A wrong label with low confidence does little harm, so read the last columns together.`,
    ['Iteration', 'Dice of prediction', 'Dice of pseudo label', 'Weighted by confidence', 'Confidence where right', 'Confidence where wrong'],
    rows,
  );
}

function propagation(iterations: ReportIteration[], labels: string[]): Html | null {
  const rows = iterations.filter(({ statistics }) => statistics.length > 0);
  if (rows.length === 0) return null;
  const average = (of: (s: PropagationStatistics) => number, { statistics }: ReportIteration) =>
    mean(statistics.map((entry) => of(entry.statistics)));
  const whole = (value: number | null) => (value === null ? '' : grouped(value));
  return html`<h3>Geodesic propagation</h3>
${table(
    `Mean over cases. Focus area: voxels near enough to a scribble for it to count. Reached: voxels within the cutoff of a class’s scribbles (${labels.join(' / ')}). Flipped: voxels whose pseudo label differs from the first network’s label. Walled off: largest share of a class’s predicted voxels outside the intensity gate, worst case. Time: wall time of the transform from distances to confidence, without reading and writing its arrays; a step answered from an earlier run keeps its time.`,
    ['Iteration', 'Cases', 'Focus area', 'Reached, by class', 'Flipped', 'Confidence', 'Walled off', 'Time a case', 'Time, all cases'],
    rows.map((row) => [
      row.iteration,
      row.statistics.length,
      percent(average((s) => s.focusFraction, row), 1),
      labels.map((_, label) => whole(average((s) => s.reachedVoxels[label] ?? 0, row))).join(' / '),
      whole(average((s) => s.flippedVoxels, row)),
      fixed(average((s) => s.meanConfidence, row), 3),
      percent(Math.max(...row.statistics.map(({ statistics }) => statistics.walledShare)), 1),
      `${fixed(average((s) => s.seconds, row), 3)} s`,
      `${fixed(propagationTotals(row.iteration, row.statistics, labels.length).seconds, 2)} s`,
    ]),
  )}
${walledWarning(rows.at(-1))}`;
}

function walledWarning(last: ReportIteration | undefined): Html | null {
  const walled = (last?.statistics ?? [])
    .filter(({ statistics }) => statistics.walledShare > WALLED_SHARE_LIMIT)
    .sort((a, b) => b.statistics.walledShare - a.statistics.walledShare);
  if (walled.length === 0) return null;
  const named = walled.slice(0, 8).map(({ caseId, statistics }) => `${caseId} (${percent(statistics.walledShare, 1)})`);
  const more = walled.length > named.length ? ` and ${walled.length - named.length} more` : '';
  return html`<p class="warning">In ${counted(walled.length, 'case')} the intensity gate walls off more than ${percent(WALLED_SHARE_LIMIT, 0)} of a class’s predicted voxels: ${named.join(', ')}${more}. Scribbles cannot spread through them; consider <code>geodesic.gate: none</code>.</p>`;
}
