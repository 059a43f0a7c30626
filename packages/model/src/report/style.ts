/** The report's style sheet: light and dark, and printable. Colours of data are Okabe and Ito's. */
export const style = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --rule: #d5dae0; --wash: #f5f7f9;
  --method: #0072b2; --baseline: #7a8490; --preliminary: #1b1f24; --loss: #0072b2; --dice: #b85c00; --warn: #8a4b00; --warn-wash: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e4e8ec; --soft: #9aa5b1; --rule: #343c45; --wash: #1c2229;
  --method: #56b4e9; --baseline: #8b96a2; --preliminary: #e4e8ec; --loss: #56b4e9; --dice: #e69f00; --warn: #f0c070; --warn-wash: #2d2416; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 40px 24px 72px; }
header p.kind { margin: 0; color: var(--soft); letter-spacing: .04em; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .1em 0 .5em; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.4em 0 .6em; padding-top: .8em; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.6em 0 .5em; overflow-wrap: anywhere; }
p { margin: .6em 0; max-width: 72ch; overflow-wrap: anywhere; }
p.lead { font-size: 1.1rem; max-width: 66ch; }
p.note, figcaption, caption { color: var(--soft); font-size: .9rem; }
p.warning { background: var(--warn-wash); border-left: 3px solid var(--warn); padding: .5em .8em; max-width: none; }
.scroll { overflow-x: auto; margin: 1em 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .5em; }
th, td { padding: .32em .8em .32em 0; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
th:first-child { text-align: left; }
thead th { font-weight: 600; border-bottom: 1.5px solid var(--ink); vertical-align: bottom; line-height: 1.3; }
tbody th { font-weight: 400; }
td small { color: var(--soft); }
td { white-space: nowrap; }
table.prose td, table.prose th { text-align: left; white-space: normal; overflow-wrap: anywhere; }
strong { font-weight: 600; }
figure { margin: 1.2em 0; break-inside: avoid; }
figure.beside { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: center; }
figure.beside .chart { flex: 1 1 260px; } figure.beside figcaption { flex: 1 1 260px; }
figcaption { max-width: 72ch; overflow-wrap: anywhere; margin-top: .4em; }
.chart { display: block; width: 100%; max-width: 340px; height: auto; font-family: inherit; }
.chart.wide { max-width: 720px; }
.chart text { fill: var(--ink); font-size: 12px; }
.chart text.tick, .chart text.axis { fill: var(--soft); font-size: 11px; }
.chart .grid { stroke: var(--rule); stroke-width: 1; }
.chart .reference { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
.chart .interval { stroke-width: 2; }
.chart .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.chart .behind { stroke-width: 1; }
.chart .method { stroke: var(--method); fill: var(--method); }
.chart .baseline { stroke: var(--baseline); fill: var(--baseline); }
.chart .preliminary { stroke: var(--preliminary); fill: var(--preliminary); }
.chart circle.dot { stroke: none; }
.chart circle.method { fill-opacity: .8; }
.chart .loss { stroke: var(--loss); } .chart circle.loss { fill: var(--loss); }
.chart .dice { stroke: var(--dice); } .chart circle.dice { fill: var(--dice); }
.grid-of-charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 8px 28px; }
.grid-of-charts h3 { margin: .8em 0 .2em; }
.panels { display: flex; flex-wrap: wrap; gap: 10px; }
.panels > div { flex: 1 1 180px; max-width: 300px; }
.panels img { display: block; width: 100%; height: auto; background: #000; }
.panels span { font-size: .85rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2em 1.4em; padding: 0; margin: .8em 0; list-style: none; font-size: .9rem; }
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .45em; border: 1px solid var(--soft); vertical-align: -.05em; }
summary { cursor: pointer; color: var(--soft); }
ul { padding-left: 1.2em; max-width: 72ch; }
li { margin: .3em 0; overflow-wrap: anywhere; }
code { font: .88em ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --wash: #fff; --method: #0072b2; --baseline: #7a8490; --preliminary: #000; --loss: #0072b2; --dice: #b85c00; --warn: #8a4b00; --warn-wash: #fff; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; } tr, figure, .panels { break-inside: avoid; } thead { display: table-header-group; }
  .scroll { overflow: visible; } .swatch, .panels img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; height: auto; }
}
`;
