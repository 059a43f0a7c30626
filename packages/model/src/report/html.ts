/** Markup that is already safe. Only the `html` tag makes it, so a plain string can never reach a page unescaped. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlValue = string | number | Html | null | false | readonly HtmlValue[];

/** The text with the five characters that mean something in HTML and SVG written as entities. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * Markup from a template literal; every interpolated string is escaped, an `Html` is kept, lists are joined, `null` and
 * `false` vanish. Serves HTML and inline SVG alike.
 */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, i) => {
    text += markup(value) + (parts[i + 1] ?? '');
  });
  return new Html(text);
}

function markup(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return value.map(markup).join('');
}
