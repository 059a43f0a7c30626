import { Html, html } from './html.js';
import { style } from './style.js';

/**
 * One self-contained page: it loads nothing and runs nothing, its content security policy forbids scripts and the network.
 */
export function page(title: string, sections: (Html | null)[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
${sections.map((section) => html`${section}\n`)}</main>
</body>
</html>
`.text;
}
