import { classColour, cssColour } from '../colours.js';
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
  return html`<h3>${title}</h3>${pictures.map(
    ({ caseId, rank, caption, panels }) => html`<figure><div class="panels">${panels.map(
      (panel) => html`<div><img src="data:image/png;base64,${Buffer.from(panel.png).toString('base64')}" width="${panel.width}" height="${panel.height}" alt="${panel.description}"><span>${panel.title}</span></div>`,
    )}</div><figcaption><strong>${caseId}</strong>, ${rank}. ${caption}</figcaption></figure>\n`,
  )}`;
}
