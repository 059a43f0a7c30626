import { html, type Html, type HtmlValue } from './html.js';

/**
 * A table with a caption, column headers with scope, and the first cell of each row as its header.
 *
 * @param options.prose cells hold words: left-aligned, and they may wrap.
 */
export function table(caption: HtmlValue, columns: HtmlValue[], rows: HtmlValue[][], options: { prose?: boolean } = {}): Html {
  return html`<div class="scroll"><table${options.prose === true && html` class="prose"`}>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(([first, ...cells]) => html`<tr><th scope="row">${first ?? ''}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

/** A square in a class's colour before its name. */
export function swatch(colour: string, name: string): Html {
  return html`<span class="swatch" style="background:${colour}"></span>${name}`;
}
