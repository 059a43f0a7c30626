import { join } from 'node:path';
import type { CampaignResult } from '@geoscribe/campaign';
import { writeAtomically } from '@geoscribe/core-io/node';
import { calibratedCheckpoint, reportJsonSchema, type ReportJson } from '@geoscribe/model';
import type { CampaignHome } from '../home/campaign-home.js';
import type { CampaignDesk } from '../runtime/campaign-desk.js';
import { deliverCurves } from './deliver-curves.js';

export interface DeliveredResults {
  report: ReportJson;
  /** Files in the campaign's folder. */
  html: string;
  json: string;
  model: string;
  /** Weights, optimiser and plan of the last network: `preliminary.checkpoint` of another campaign. */
  checkpoint: string;
  /** Folder with one of each training; null where the report was written before it held curves. */
  curves: string | null;
}

/** Copies report, model and checkpoint of a finished campaign out of the store into its folder, and its curves in every format. */
export async function deliverResults(home: CampaignHome, desk: CampaignDesk, name: string, result: CampaignResult): Promise<DeliveredResults> {
  const folder = await home.ensureFolder(home.campaignFolder(name));
  const [html, json, model, checkpoint] = await Promise.all([
    desk.store.get(result.report.html),
    desk.store.get(result.report.json),
    desk.store.get(result.model),
    desk.store.get(result.network.checkpoint),
  ]);
  const files = {
    html: join(folder, 'report.html'),
    json: join(folder, 'report.json'),
    model: join(folder, 'model.onnx'),
    checkpoint: join(folder, 'network.safetensors'),
  };
  await Promise.all([
    writeAtomically(files.html, html),
    writeAtomically(files.json, json),
    writeAtomically(files.model, model),
    writeAtomically(files.checkpoint, calibratedCheckpoint(checkpoint, model)),
  ]);
  const report = reportJsonSchema.parse(JSON.parse(json.toString('utf8')));
  return { report, ...files, curves: await deliverCurves(report, join(folder, 'curves')) };
}
