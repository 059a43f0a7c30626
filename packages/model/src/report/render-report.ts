import { page } from './page.js';
import type { ReportData } from './report-data.js';
import { reportJson, type ReportJson } from './report-json.js';
import { effortSection } from './sections/effort.js';
import { limitsSection } from './sections/limits.js';
import { pictureSection } from './sections/pictures.js';
import { asideSection, provenanceSection } from './sections/provenance.js';
import { pseudoLabelSection } from './sections/pseudo-labels.js';
import { resultsSection } from './sections/results.js';
import { summarySection } from './sections/summary.js';
import { trainingSection } from './sections/training.js';

/**
 * The campaign's report as one self-contained HTML page, and as data.
 *
 * The page loads nothing and runs nothing, see `page`. Names are escaped. Equal data gives equal bytes.
 *
 * @param data what the campaign did, artifacts resolved.
 * @returns `html`, a complete document; `json`, the content of `report.json`.
 */
export function renderReport(data: ReportData): { html: string; json: ReportJson } {
  const json = reportJson(data);
  const sections = [
    summarySection(data, json),
    resultsSection(data, json),
    effortSection(data),
    pseudoLabelSection(data),
    pictureSection(data),
    trainingSection(data),
    asideSection(data),
    provenanceSection(data),
    limitsSection(data, json),
  ];
  return { html: page(`${data.campaign}: ${json.dataset} – Geoscribe report`, sections), json };
}
