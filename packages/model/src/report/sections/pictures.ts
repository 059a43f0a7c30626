import { classColour, cssColour } from '../colours.js';
import { figure } from '../figure.js';
import { html, type Html } from '../html.js';
import type { ReportData, ReportPicture } from '../report-data.js';
import { swatch } from '../table.js';

/** Overlay pictures with their legend. */
export function pictureSection({ pictures, missingPictures, settings }: ReportData): Html | null {
  if (pictures.length === 0 && missingPictures.length === 0) return null;
  const group = (name: ReportPicture['group']) => pictures.filter((picture) => picture.group === name);
  return html`<section><h2>Pictures</h2>
<ul class="legend">${settings.dataset.labels.map((name, label) => html`<li>${swatch(cssColour(classColour(label)), label === 0 ? `${name} (scribbles only)` : name)}</li>`)}</ul>
${figures('Scribbled cases', group('scribbled'))}
${figures('Test cases', group('test'))}
${missingPictures.length > 0 && html`<p>Pictures that could not be drawn:</p><ul>${missingPictures.map(({ caseId, message }) => html`<li><strong>${caseId}</strong>: ${message}</li>`)}</ul>`}
</section>`;
}

function figures(title: string, pictures: ReportPicture[]): Html | null {
  if (pictures.length === 0) return null;
  return html`<h3>${title}</h3>${pictures.map(({ panels, caseId, rank, caption }) => figure(panels, html`<strong>${caseId}</strong>, ${rank}. ${caption}`))}`;
}
