import { GeoscribeError } from '@geoscribe/campaign';
import { faultInWords, writeAtomically } from '@geoscribe/core-io/node';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { csv } from '../report/csv.js';
import type { WorstCase } from './evaluate-files.js';
import { intervals, type Evaluation, type ModelResult } from './evaluation.js';
import { metricList, type MetricKey } from './metric-list.js';
import { renderEvaluation } from './render-evaluation.js';

/**
 * An evaluation as plain JSON: JSON has no infinity, so a distance that is infinite is null there; the label's `state` says
 * why.
 */
export function evaluationJson(evaluation: Evaluation): unknown {
  return { ...evaluation, intervals };
}

/** One line a model, case and label, for a table program; infinite distances are `inf`, missing values empty. */
export function evaluationCsv({ predictions, against, labels }: Evaluation): string {
  const names = new Map(labels.map(({ value, name }) => [value, name]));
  const header = ['model', 'case', 'label', 'name', 'state', 'prediction_voxels', 'reference_voxels', ...metricList.map(({ key }) => csvColumns[key])];
  const rows = (model: string, { cases }: ModelResult): (string | number)[][] =>
    cases.flatMap(({ caseId, labels: results }) =>
      results.map((result) => [
        model,
        caseId,
        result.label,
        names.get(result.label)!,
        result.state,
        result.predictionVoxels,
        result.referenceVoxels,
        ...metricList.map(({ key }) => (result[key] === Infinity ? 'inf' : (result[key] ?? ''))),
      ]),
    );
  return csv([header, ...rows('predictions', predictions), ...(against === null ? [] : rows('against', against))]);
}

const csvColumns: Record<MetricKey, string> = {
  dice: 'dice',
  iou: 'iou',
  relativeVolumeDifference: 'relative_volume_difference',
  hd95: 'hd95_mm',
  mssd: 'mssd_mm',
  assd: 'assd_mm',
  nsd: 'nsd',
};

/**
 * Writes `evaluation.html`, `evaluation.json` and `cases.csv` into a folder, each whole or not at all.
 *
 * @returns the paths, in this order.
 * @throws GeoscribeError `InvalidArgumentError` where the folder cannot be made or written.
 */
export async function writeEvaluation(evaluation: Evaluation, worst: WorstCase[], options: { folder: string; now: Date }): Promise<string[]> {
  const { folder, now } = options;
  const files: [string, string][] = [
    ['evaluation.html', renderEvaluation(evaluation, worst, { now })],
    ['evaluation.json', `${JSON.stringify(evaluationJson(evaluation), null, 2)}\n`],
    ['cases.csv', evaluationCsv(evaluation)],
  ];
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of files) await writeAtomically(join(folder, name), new TextEncoder().encode(text));
  } catch (error) {
    throw new GeoscribeError('InvalidArgumentError', 'The results cannot be written', { file: folder, expected: 'a folder that can be written', received: faultInWords(error) }, { cause: error });
  }
  return files.map(([name]) => join(folder, name));
}
