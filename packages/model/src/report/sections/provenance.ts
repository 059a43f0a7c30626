import { counted, grouped } from '@geoscribe/campaign';
import { fixed } from '../format-number.js';
import { html, type Html } from '../html.js';
import type { ReportData } from '../report-data.js';
import { table } from '../table.js';

/** Cases that were set aside, and geometries that were trusted against their headers. */
export function asideSection({ failedCases, overriddenGeometry }: ReportData): Html | null {
  if (failedCases.length === 0 && overriddenGeometry.length === 0) return null;
  return html`<section><h2>Cases set aside and exceptions</h2>
${failedCases.length > 0 && html`<p>${counted(failedCases.length, 'case')} could not be processed and took no part:</p><ul>${failedCases.map(({ caseId, message }) => html`<li><strong>${caseId}</strong>: ${message}</li>`)}</ul>`}
${overriddenGeometry.length > 0 && html`<p>Image and label headers disagree in ${counted(overriddenGeometry.length, 'case')}; the image’s geometry was trusted because the campaign asked for it:</p><ul>${overriddenGeometry.map(({ caseId, deviation }) => html`<li><strong>${caseId}</strong>: largest deviation ${fixed(deviation, 2)} mm</li>`)}</ul>`}
</section>`;
}

/** Settings, versions and identity of the exported model. */
export function provenanceSection(data: ReportData): Html {
  const rows = flatten({ ...data.settings, distanceWeightUsed: data.distanceWeight });
  return html`<section><h2>Settings and provenance</h2>
${table('Settings that decide the result.', ['Setting', 'Value'], rows, { prose: true })}
${table(
    'Software and the exported model.',
    ['Component', 'Version'],
    [...Object.entries(data.versions).sort(([a], [b]) => (a < b ? -1 : 1)), ['exported model (ONNX), SHA-256', html`<code>${data.model.sha256}</code>`], ['exported model, bytes', grouped(data.model.bytes)]],
    { prose: true },
  )}
${caseLists(data)}
</section>`;
}

function caseLists({ cases }: ReportData): Html {
  const lists = Object.entries(cases).filter(([, ids]) => ids.length > 0);
  return html`<details><summary>Case lists</summary>${lists.map(([role, ids]) => html`<p><strong>${role}</strong> (${ids.length}): ${ids.join(', ')}</p>`)}</details>`;
}

/** Leaves of nested settings as `[dotted name, text]`; what nobody chose is left out. */
function flatten(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (entry === undefined) return [];
    if (Array.isArray(entry)) return [[name, entry.join(', ')]];
    return typeof entry === 'object' && entry !== null ? flatten(entry, `${name}.`) : [[name, String(entry)]];
  });
}
