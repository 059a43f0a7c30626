import { grouped } from '@geoscribe/campaign';
import { fixed, mean, MISSING, percent } from '../format-number.js';
import { html, type Html } from '../html.js';
import type { ReportData } from '../report-data.js';
import { table } from '../table.js';

const kinds = [
  ['scribbles', 'scribbles drawn'],
  ['no-error', 'reviewed, no error found'],
  ['unseen', 'nobody looked'],
  ['skipped', 'skipped'],
] as const;

/** What the proofreading took, by kind of review and by case. */
export function effortSection({ effort, simulatedAnnotator }: ReportData): Html {
  const rows = kinds.flatMap(([kind, words]) => {
    const cases = effort.filter((entry) => entry.kind === kind);
    if (cases.length === 0) return [];
    if (kind !== 'scribbles') return [[words, grouped(cases.length), MISSING, MISSING, MISSING, MISSING]];
    const strokes = cases.reduce((sum, entry) => sum + entry.strokes, 0);
    const marked = cases.map(({ markedVoxels }) => markedVoxels);
    return [
      [
        words,
        grouped(cases.length),
        strokes === 0 ? MISSING : grouped(strokes),
        grouped(marked.reduce((sum, voxels) => sum + voxels, 0)),
        fixed(mean(marked), 1),
        percent(mean(cases.map(({ markedShare }) => markedShare)), 3),
      ],
    ];
  });
  return html`<section><h2>Annotation effort</h2>
${simulatedAnnotator && html`<p class="warning">The scribbles were drawn by a simulated annotator from the true labels. A person draws other strokes, and needs time that is not measured here.</p>`}
${
  rows.length === 0
    ? html`<p>No case was put up for proofreading.</p>`
    : table('Cases by kind of review. Strokes are known only where the source records them. Share: marked voxels over all voxels of a volume, mean over cases.', ['Review', 'Cases', 'Strokes', 'Marked voxels', 'Voxels a case', 'Share of volume'], rows)
}
${
  effort.length > 0 &&
  html`<details><summary>Table of all proofread cases</summary>${table(
    'Effort by case.',
    ['Case', 'Review', 'Strokes', 'Marked voxels', 'Share of volume'],
    effort.map((entry) => [entry.caseId, entry.kind, entry.strokes, grouped(entry.markedVoxels), percent(entry.markedShare, 3)]),
  )}</details>`
}
</section>`;
}
