import type { ArtifactRef, EvaluateOutput, WriteReportInput, WriteReportOutput } from '@geoscribe/campaign';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { z } from 'zod';
import { caseResultsSchema } from '../evaluation/case-result-schema.js';
import type { CaseResult } from '../evaluation/evaluation.js';
import { renderReport } from './render-report.js';
import { readJson } from './report-artifacts.js';
import { curveEntrySchema } from '../training/training-record.js';
import type { ReportData, ReportIteration, ReportTraining } from './report-data.js';
import { drawPictures } from './draw-pictures.js';

export interface WriteReportContext {
  store: ArtifactStore;
  /** When the report is written. */
  now: Date;
  /** Version by component. */
  versions: Record<string, string>;
}

const curveSchema = z.array(curveEntrySchema);

/**
 * Writes a campaign's report: resolves its artifacts, draws the pictures, stores page and data.
 *
 * A picture that cannot be drawn, e.g. because its artifact was pruned, is named in the report with its error; it does
 * not cost the campaign its report.
 *
 * @param input what the campaign did, as references.
 * @returns references to the HTML page and to `report.json`, both of kind `report`.
 * @throws GeoscribeError `CorruptArtifactError` where a training curve or the scores of an evaluation are damaged.
 * Cost: reads the label maps of all scribbled cases with a true label, to rank them, and the volumes of at most six cases.
 */
export async function writeReport(input: WriteReportInput, { store, now, versions }: WriteReportContext): Promise<WriteReportOutput> {
  const data: ReportData = {
    campaign: input.campaign,
    settings: input.settings,
    now,
    versions,
    cases: input.cases,
    failedCases: input.failedCases,
    overriddenGeometry: input.imported.flatMap(({ id, overriddenGeometryDeviation: deviation }) => (deviation === undefined ? [] : [{ caseId: id, deviation }])),
    effort: input.effort,
    simulatedAnnotator: input.simulatedAnnotator ?? false,
    distanceWeight: input.preliminary.network.distanceWeight,
    preliminary: metricsOf(input.preliminary.evaluation),
    preliminaryScores: await readScores(input.preliminary.evaluation, store),
    arms: await readArms(input, store),
    trainings: await readTrainings(input, store),
    ...(await drawPictures(input, store)),
    model: { sha256: input.model.sha256, bytes: input.model.bytes },
  };
  const report = renderReport(data);
  const put = (text: string): Promise<ArtifactRef> => store.put(new TextEncoder().encode(text), 'report');
  return { html: await put(report.html), json: await put(`${JSON.stringify(report.json, null, 2)}\n`) };
}

async function readArms(input: WriteReportInput, store: ArtifactStore): Promise<ReportData['arms']> {
  const arms: ReportData['arms'] = [];
  for (const { arm, iterations } of input.arms) {
    const resolved: ReportIteration[] = [];
    for (const { iteration, evaluation, statistics } of iterations) {
      const scores = await readScores(evaluation, store);
      resolved.push({ iteration, metrics: metricsOf(evaluation), scores, pseudoLabels: evaluation?.pseudoLabels ?? null, statistics });
    }
    arms.push({ arm, iterations: resolved });
  }
  return arms;
}

async function readScores(evaluation: EvaluateOutput | null, store: ArtifactStore): Promise<CaseResult[] | null> {
  return evaluation?.scores === undefined ? null : readJson(store, evaluation.scores, caseResultsSchema);
}

function metricsOf(evaluation: EvaluateOutput | null): ReportData['preliminary'] {
  return evaluation?.metrics ?? null;
}

async function readTrainings(input: WriteReportInput, store: ArtifactStore): Promise<ReportTraining[]> {
  const curves = [
    { arm: 'preliminary', iteration: 0, curve: input.preliminary.network.curve },
    ...input.arms.flatMap(({ arm, iterations }) => iterations.map(({ iteration, curve }) => ({ arm, iteration, curve }))),
  ];
  const trainings: ReportTraining[] = [];
  for (const training of curves) trainings.push({ ...training, curve: await readJson(store, training.curve, curveSchema) });
  return trainings;
}
