import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, ImportedCase } from '@geoscribe/campaign';
import type { Volume } from '@geoscribe/core-io';
import { encodeVolumeFile, writeAtomically, type DatasetListing } from '@geoscribe/core-io/node';
import type { ComputeSettings } from '../engine/begin-record.js';
import type { EngineContext } from '../engine/engine-context.js';
import { readLabel } from '../engine/imported-case.js';
import { openFloats, openLabels } from '../engine/arrays.js';
import { predictProbability } from '../engine/predict-probability.js';
import { preprocessedCase } from '../engine/preprocess-cache.js';
import { scoreLabelMap } from '../engine/score-label-map.js';
import { readProperties } from '../engine/training-cases.js';
import { SURFACE_TOLERANCE, type CaseResult, type Evaluation } from '../evaluation/evaluation.js';
import { evaluationCsv, evaluationJson } from '../evaluation/evaluation-files.js';
import { summarizeModel } from '../evaluation/summarize.js';
import type { Calibration } from '../inference/calibration.js';
import { fitCalibration } from '../inference/fit-calibration.js';
import type { ProbabilitySample } from '../inference/fit-temperature.js';
import { sampleCase } from '../inference/sample-probabilities.js';
import type { Plan } from '../plan/plan.js';
import { restoreProbability } from '../preprocessing/restore.js';
import { nnunetSummary } from './nnunet-summary.js';

/** What a fold's network reached on the fold's validation cases, on their own grids. */
export interface FoldValidation {
  cases: number;
  /** Mean over cases of the mean foreground Dice; null where no case has foreground. */
  dice: number | null;
  diceByClass: { label: number; name: string; dice: number | null }[];
  /** Temperature of the network's probabilities, fitted on these cases. */
  calibration: Calibration | null;
}

/**
 * Predicts the validation cases and compares them with their labels.
 *
 * @param input.folder is replaced as a whole: `<case>.nii.gz`, `summary.json` (nnU-Net's form), `evaluation.json` and
 *   `cases.csv` (those of `geoscribe evaluate`).
 * Errors: those of reading and preprocessing, naming the case.
 */
export async function validateFold(
  input: {
    folder: string;
    checkpoint: ArtifactRef;
    plan: Plan;
    cases: ImportedCase[];
    listing: DatasetListing;
    settings: ComputeSettings & { seed: number };
  },
  context: EngineContext,
): Promise<FoldValidation> {
  const { folder, plan, cases, listing } = input;
  const { signal, progress } = context;
  const names = plan.dataset.labels;
  const labels = names.map((name, value) => ({ name, value })).slice(1);
  const unfinished = `${folder}.tmp`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const results: CaseResult[] = [];
  const samples: ProbabilitySample[] = [];
  /** Voxels that count, by case. */
  const annotated = new Map<string, number>();
  for (const imported of cases) {
    signal.throwIfAborted();
    const { labelMap: prediction, ...predicted } = await predictedCase(input, imported, context);
    samples.push(sampleCase({ ...predicted, classes: names.length, seed: input.settings.seed, index: samples.length }));
    await writeAtomically(join(unfinished, `${imported.id}.nii.gz`), await encodeVolumeFile(prediction));
    const reference = await readLabel(context.store, imported);
    const { ignoreLabel } = imported;
    annotated.set(imported.id, countAnnotated(reference, ignoreLabel));
    results.push(scoreLabelMap({ caseId: imported.id, prediction, reference, ignoreLabel, labels: labels.map(({ value }) => value) }));
    progress({ step: 'validate the result', done: results.length, total: cases.length });
  }
  const evaluation = evaluationOf(results, labels, listing.description);
  const entries = cases.map(({ id }) => ({
    caseId: id,
    voxels: annotated.get(id)!,
    predictionFile: `${id}.nii.gz`,
    referenceFile: listing.cases.find((one) => one.id === id)!.label!,
  }));
  const files = { 'summary.json': json(nnunetSummary({ cases: results, entries })), 'evaluation.json': json(evaluationJson(evaluation)), 'cases.csv': evaluationCsv(evaluation) };
  for (const [name, text] of Object.entries(files)) await writeAtomically(join(unfinished, name), Buffer.from(text));
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  const diceOf = (label: number | null) => evaluation.predictions.summary.find((row) => row.label === label && row.metric === 'dice')!.mean;
  return {
    cases: cases.length,
    dice: diceOf(null),
    diceByClass: labels.map(({ value, name }) => ({ label: value, name, dice: diceOf(value) })),
    calibration: fitCalibration(samples),
  };
}

/** Probability and label on the plan's grid, label map on the image's own. */
async function predictedCase({ checkpoint, plan, settings }: Parameters<typeof validateFold>[0], imported: ImportedCase, context: EngineContext) {
  const preprocessed = await preprocessedCase({ imported, plan, labelUse: 'evaluation' }, context);
  const properties = await readProperties(preprocessed, context);
  const onWindows = (done: number, total: number): void => context.progress({ step: `predict ${imported.id}`, done, total });
  const { probability } = await predictProbability({ settings, network: { checkpoint }, preprocessed, onWindows }, context);
  const { labelMap } = restoreProbability({ probability, classes: plan.dataset.labels.length, properties, plan });
  const { data: label } = await openLabels(context.store, preprocessed.label!);
  const confidence = preprocessed.confidence && (await openFloats(context.store, preprocessed.confidence)).data;
  return { probability, label, confidence, labelMap };
}

function countAnnotated({ data }: Volume, ignoreLabel: number | undefined): number {
  let count = 0;
  for (const value of data) if (value !== ignoreLabel) count++;
  return count;
}

function evaluationOf(cases: CaseResult[], labels: Evaluation['labels'], { ignoreLabel }: DatasetListing['description']): Evaluation {
  return {
    references: 'labels of the data set',
    settings: { tolerance: SURFACE_TOLERANCE, faces: 'closed', spacing: null },
    labels,
    ...(ignoreLabel !== undefined && { ignoreLabel }),
    left: 0,
    predictions: summarizeModel('validation', cases, labels.map(({ value }) => value)),
    against: null,
    comparison: null,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
