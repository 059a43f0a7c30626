import { html, type Html, type HtmlValue } from './html.js';
import type { ReportPanel } from './report-data.js';

/** Panels side by side, the pictures inside the page, and a caption below. */
export function figure(panels: ReportPanel[], caption: HtmlValue): Html {
  return html`<figure><div class="panels">${panels.map(
    (panel) => html`<div><img src="data:image/png;base64,${Buffer.from(panel.png).toString('base64')}" width="${panel.width}" height="${panel.height}" alt="${panel.description}"><span>${panel.title}</span></div>`,
  )}</div><figcaption>${caption}</figcaption></figure>\n`;
}
