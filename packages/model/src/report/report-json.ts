import { propagationTotals } from '@geoscribe/campaign';
import { z } from 'zod';
import { metricKeys } from '../evaluation/metric-list.js';
import { curveEntrySchema } from '../training/training-record.js';
import { mean } from './format-number.js';
import type { ReportData } from './report-data.js';
import { mainIterations, reportRows } from './report-rows.js';

const interval = z.object({ low: z.number(), high: z.number() }).nullable();
const ids = z.array(z.string());

/** `report.json`: what a program reads. Further keys may follow in later versions. */
export const reportJsonSchema = z.object({
  dataset: z.string(),
  seed: z.number().int(),
  cases: z.object({ full: ids, scribbled: ids, test: ids, validation: ids }),
  /** Mean share of a volume's voxels that are marked, over the cases with scribbles; 0 without any. */
  scribbledShare: z.number().min(0).max(1),
  /**
   * `before`: mean foreground Dice of the prediction at iteration 1 (null without truth); `after`: of the pseudo labels,
   * one entry an iteration.
   */
  pseudoLabelDice: z.object({ before: z.number().nullable(), after: z.array(z.number()) }),
  rows: z.array(
    z.object({
      method: z.string(),
      meanDice: z.number(),
      perClassDice: z.record(z.string(), z.number().nullable()),
      cases: z.number().int(),
      interval,
      difference: z.object({ mean: z.number(), interval, cases: z.number().int() }).nullable(),
      /** Besides Dice; `label` null is the mean over classes. Reports that were written before there was this key are read as well. */
      measures: z
        .array(z.object({ label: z.number().int().nullable(), metric: z.enum(metricKeys), cases: z.number().int(), mean: z.number().nullable(), interval }))
        .default([]),
    }),
  ),
  campaign: z.string(),
  /** ISO 8601, UTC. */
  generatedAt: z.string(),
  simulatedAnnotator: z.boolean(),
  labels: z.array(z.string()),
  pseudoLabels: z.array(
    z.object({
      iteration: z.number().int(),
      before: z.number(),
      after: z.number(),
      afterWeighted: z.number(),
      /** Null where no voxel is right, or none wrong. */
      meanConfidenceRight: z.number().nullable(),
      meanConfidenceWrong: z.number().nullable(),
    }),
  ),
  /** The geodesic step of the method, by iteration: sums over its cases, voxels by class and seconds. */
  propagations: z
    .array(
      z.object({
        iteration: z.number().int(),
        cases: z.number().int(),
        reachedVoxels: z.array(z.number()),
        flippedVoxels: z.number(),
        seconds: z.number(),
      }),
    )
    // Reports that were written before there was this key are read as well.
    .default([]),
  effort: z.object({
    reviews: z.object({ scribbles: z.number(), 'no-error': z.number(), unseen: z.number(), skipped: z.number() }),
    strokes: z.number(),
    markedVoxels: z.number(),
  }),
  /** Every training and its curve. */
  trainings: z
    .array(z.object({ arm: z.string(), iteration: z.number().int(), curve: z.array(curveEntrySchema) }))
    // Reports that were written before there was this key are read as well.
    .default([]),
  failedCases: z.array(z.object({ caseId: z.string(), message: z.string() })),
  versions: z.record(z.string(), z.string()),
  modelSha256: z.string(),
});

export type ReportJson = z.infer<typeof reportJsonSchema>;

/** The report as data; pure in `data`. */
export function reportJson(data: ReportData): ReportJson {
  const pseudoLabels = mainIterations(data).flatMap(({ pseudoLabels }) => (pseudoLabels === null ? [] : [pseudoLabels]));
  const scribbled = data.effort.filter(({ kind }) => kind === 'scribbles');
  const reviewed = (kind: ReportData['effort'][number]['kind']) => data.effort.filter((e) => e.kind === kind).length;
  return {
    dataset: data.settings.dataset.name,
    seed: data.settings.seed,
    cases: {
      full: data.cases.full,
      scribbled: data.cases.scribbled,
      test: data.cases.test,
      validation: data.cases.validation,
    },
    scribbledShare: mean(scribbled.map(({ markedShare }) => markedShare)) ?? 0,
    pseudoLabelDice: {
      before: pseudoLabels[0]?.before ?? null,
      after: pseudoLabels.map(({ after }) => after),
    },
    rows: reportRows(data),
    campaign: data.campaign,
    generatedAt: data.now.toISOString(),
    simulatedAnnotator: data.simulatedAnnotator,
    labels: data.settings.dataset.labels,
    pseudoLabels,
    propagations: mainIterations(data)
      .filter(({ statistics }) => statistics.length > 0)
      .map(({ iteration, statistics }) => propagationTotals(iteration, statistics, data.settings.dataset.labels.length)),
    effort: {
      reviews: {
        scribbles: scribbled.length,
        'no-error': reviewed('no-error'),
        unseen: reviewed('unseen'),
        skipped: reviewed('skipped'),
      },
      strokes: data.effort.reduce((sum, { strokes }) => sum + strokes, 0),
      markedVoxels: data.effort.reduce((sum, { markedVoxels }) => sum + markedVoxels, 0),
    },
    trainings: data.trainings,
    failedCases: data.failedCases,
    versions: data.versions,
    modelSha256: data.model.sha256,
  };
}
