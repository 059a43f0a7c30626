import { counted } from '@geoscribe/campaign';
import { html, type Html } from '../html.js';
import type { ReportData } from '../report-data.js';
import type { ReportJson } from '../report-json.js';

/** What these figures do not say. */
export function limitsSection(data: ReportData, json: ReportJson): Html {
  const tested = json.rows[0]?.cases ?? 0;
  return html`<section><h2>Limits</h2><ul>
${
  tested > 0
    ? html`<li>Dice of ${counted(tested, 'test case')} of one data set and one seed. The intervals cover the choice of cases, not another seed, scanner or hospital.</li><li>Test cases chose nothing: no setting, stopping point or checkpoint was picked by them.</li>`
    : html`<li>There is no test case with a true label: nothing here measures the network’s accuracy.</li>`
}
${tested > 0 && tested < 20 && html`<li>With so few test cases the intervals are themselves uncertain.</li>`}
${data.simulatedAnnotator && html`<li>The annotator was simulated. It sees errors a person may overlook, and draws no stroke in the wrong place.</li>`}
${data.failedCases.length > 0 && html`<li>${counted(data.failedCases.length, 'case')} could not be processed; such cases may be hard ones, and the figures leave them out.</li>`}
<li>Dice says little about distances at the surface or about small structures: read it beside the surface measures.</li>
<li>A test case in which a class is empty in reference and prediction is left out of that class’s mean.</li>
<li>For research use only. Not for diagnosis or treatment.</li>
</ul></section>`;
}
