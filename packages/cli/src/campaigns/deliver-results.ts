import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { CampaignResult } from '@geoscribe/campaign';
import { reportJsonSchema, type ReportJson } from '@geoscribe/model';
import type { CampaignHome } from '../home/campaign-home.js';
import type { CampaignDesk } from '../runtime/campaign-desk.js';

export interface DeliveredResults {
  report: ReportJson;
  /** Files in the campaign's folder. */
  html: string;
  json: string;
  model: string;
}

/** Copies report and model of a finished campaign out of the store into its folder. */
export async function deliverResults(home: CampaignHome, desk: CampaignDesk, name: string, result: CampaignResult): Promise<DeliveredResults> {
  const folder = await home.ensureFolder(home.campaignFolder(name));
  const [html, json, model] = await Promise.all([
    desk.store.get(result.report.html),
    desk.store.get(result.report.json),
    desk.store.get(result.model),
  ]);
  const files = { html: join(folder, 'report.html'), json: join(folder, 'report.json'), model: join(folder, 'model.onnx') };
  await Promise.all([writeFile(files.html, html), writeFile(files.json, json), writeFile(files.model, model)]);
  return { report: reportJsonSchema.parse(JSON.parse(json.toString('utf8'))), ...files };
}
