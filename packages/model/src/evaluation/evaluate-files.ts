import { GeoscribeError } from '@geoscribe/campaign';
import type { Evaluation } from './evaluation.js';
import { labelTable, type LabelTable, type NamedLabel } from './label-table.js';
import { pairFiles, type CaseFiles, type PairFilesOptions } from './pair-files.js';
import type { KnownValues } from './read-case.js';
import { runTasks } from './run-tasks.js';
import { caseResult, compareModels, summarizeModel, worstCases } from './summarize.js';
import type { DrawnCase, EvaluationSettings, ScoredCase, Task } from './tasks.js';

export interface EvaluateFilesOptions extends PairFilesOptions {
  /** See `labelTable`; absent: every value above 0 that occurs, named by its number. */
  labels?: string | undefined;
  settings: EvaluationSettings;
  /** How many of the worst cases are drawn. */
  pictures: number;
  signal: AbortSignal;
  onProgress: (step: 'evaluate' | 'draw', done: number, total: number) => void;
}

/** The picture of one of the worst cases. */
export interface WorstCase extends DrawnCase {
  caseId: string;
}

/**
 * Compares predicted label maps with references, file by file, in threads.
 *
 * @param options.predictions, references, against, images, subset files or folders, see `pairFiles`.
 * @param options.settings tolerance of the surface Dice in mm, spacing override, treatment of the volume's faces.
 * @returns scores by case and label, means with bootstrap intervals, the paired comparison, and pictures of the cases with
 *   the lowest mean Dice, worst first.
 * @throws GeoscribeError as `pairFiles`, `labelTable` and `readCase`: the first file that cannot be evaluated ends all;
 *   `InvalidArgumentError` for a tolerance or spacing out of range; `InvalidLabelError` where no file has any label.
 *
 * Cost: `labelScores` a case, on all cores; each thread holds one case.
 */
export async function evaluateFiles(options: EvaluateFilesOptions): Promise<{ evaluation: Evaluation; worst: WorstCase[] }> {
  const { settings, signal, onProgress } = options;
  checkSettings(settings);
  const given = options.labels === undefined ? null : await labelTable(options.labels);
  const { cases: files, left } = await pairFiles(options);
  const known = { labels: given?.labels.map(({ value }) => value) ?? null, ignoreLabel: given?.ignoreLabel };
  const tasks = files.map((one): Extract<Task, { kind: 'score' }> => ({ kind: 'score', files: one, known, settings }));
  const scored = await runTasks(tasks, { signal, onDone: (done) => onProgress('evaluate', done, tasks.length) });
  const table = given ?? { labels: labelsFound(scored, options.references) };
  const evaluation = evaluationOf({ options, table, files, left, scored });
  return { evaluation, worst: await drawWorst(worstCases(evaluation.predictions.cases, options.pictures), { files, known }, options) };
}

function evaluationOf(found: {
  options: EvaluateFilesOptions;
  table: LabelTable;
  files: CaseFiles[];
  left: number;
  scored: ScoredCase[];
}): Evaluation {
  const { options, table, files, left, scored } = found;
  const { labels, ignoreLabel } = table;
  const values = labels.map(({ value }) => value);
  const model = (source: string, of: 'prediction' | 'against') =>
    summarizeModel(source, scored.map((one, k) => caseResult(files[k]!.caseId, one.spacing, one[of] ?? [], values)), values);
  const predictions = model(options.predictions, 'prediction');
  const against = options.against === undefined ? null : model(options.against, 'against');
  return {
    references: options.references,
    settings: options.settings,
    labels,
    ...(ignoreLabel !== undefined && { ignoreLabel }),
    left,
    predictions,
    against,
    comparison: against === null ? null : compareModels(predictions.cases, against.cases, values),
  };
}

async function drawWorst(ids: string[], { files, known }: { files: CaseFiles[]; known: KnownValues }, { signal, onProgress }: EvaluateFilesOptions): Promise<WorstCase[]> {
  const tasks = ids.map((id): Extract<Task, { kind: 'draw' }> => ({ kind: 'draw', files: files.find(({ caseId }) => caseId === id)!, known }));
  const drawn = await runTasks(tasks, { signal, onDone: (done) => onProgress('draw', done, tasks.length) });
  return drawn.map((picture, k) => ({ caseId: ids[k]!, ...picture }));
}

function labelsFound(scored: ScoredCase[], references: string): NamedLabel[] {
  const values = new Set(scored.flatMap(({ prediction, against }) => [...prediction, ...(against ?? [])].map(({ label }) => label)));
  if (values.size === 0) {
    throw new GeoscribeError('InvalidLabelError', 'No file has a label', { file: references, expected: 'a value above 0', received: '0 everywhere' });
  }
  return [...values].sort((a, b) => a - b).map((value) => ({ value, name: `label ${value}` }));
}

function checkSettings({ tolerance, spacing }: EvaluationSettings): void {
  const fail = (field: string, expected: string, received: string): never => {
    throw new GeoscribeError('InvalidArgumentError', 'Setting is out of range', { field, expected, received });
  };
  if (!(tolerance >= 0 && tolerance < Infinity)) fail('tolerance', 'millimetres, 0 or more', String(tolerance));
  if (spacing !== null && !(spacing.length === 3 && spacing.every((mm) => mm > 0 && mm < Infinity))) {
    fail('spacing', 'three numbers of millimetres above 0: x,y,z', spacing.join(','));
  }
}
