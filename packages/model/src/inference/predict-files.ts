import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';
import { ThreadPool } from '../threads/thread-pool.js';
import type { FinishTask, PredictedCase, PreparedCase, PrepareTask } from './case-tasks.js';
import { describeForms } from './describe-forms.js';
import { groupModels, predictGroup, type ModelGroup } from './ensemble.js';
import { modelFiles } from './model-files.js';
import type { Model } from './model.js';
import { openModel, type OpenModelOptions } from './open-model.js';
import { predictionForms } from './prediction-forms.js';
import { isDone, predictionJobs, type PredictionJob } from './prediction-jobs.js';
import { notWritable, requireWritableFolder } from './require-writable-folder.js';
import { unusualGrid } from './unusual-grid.js';

/** The compiled worker, also when this module runs from source. */
const workerFile = new URL('../../dist/inference/case-worker.js', import.meta.url);

export interface PredictFilesOptions extends Omit<OpenModelOptions, 'formOf'> {
  /** Model files, folders of runs or of folds; several are averaged. */
  models: string[];
  /** A volume, or a folder of volumes; see `predictionJobs`. */
  input: string;
  /** A file for a file, a folder for a folder. */
  output: string;
  /** Write class probabilities too. */
  probabilities: boolean;
  /** Leave out the cases whose results are there already; otherwise they are replaced. */
  keepExisting: boolean;
  signal: AbortSignal;
  onProgress: (label: string, done: number, total: number) => void;
  /** Told of a case that the network should not be trusted with, see `unusualGrid`. */
  onWarning: (caseId: string, warning: string) => void;
}

export interface PredictedFiles {
  models: { file: string; runtime: Model['runtime']; precision: Model['precision']; temperature: number }[];
  written: string[];
  /** Ids of the cases that were there already. */
  kept: string[];
  failed: { caseId: string; error: Error }[];
}

/**
 * Predicts volumes: label maps, and probabilities where they are wanted, with the geometry of the images.
 *
 * While the network works on a case, the next one is read and preprocessed and the last one written, each in a thread of its
 * own; the calling thread stays free. A case that fails does not keep the others from being predicted.
 *
 * @throws GeoscribeError `InvalidModelError`, `InvalidCheckpointError`, `InvalidArgumentError`; the error of the case where
 *   there is only one; the signal's reason.
 * Cost: three cases' images and probabilities at most.
 */
export async function predictFiles(options: PredictFilesOptions): Promise<PredictedFiles> {
  const { input, output, keepExisting, signal, onProgress } = options;
  const jobs = await predictionJobs(input, output, options);
  const present = keepExisting ? await Promise.all(jobs.map(isDone)) : [];
  const open = jobs.filter((_, index) => present[index] !== true);
  const kept = jobs.filter((_, index) => present[index] === true).map(({ id }) => id);
  signal.throwIfAborted();
  const models: Model[] = [];
  try {
    const files = (await Promise.all(options.models.map(modelFiles))).flat();
    const formOf = predictionForms({ ...options, onMeasured: (timings) => onProgress(`precision: ${describeForms(timings, 'patch')}`, 1, 1) });
    for (const file of files) models.push(await openModel(file, { ...options, formOf }));
    const { written, failed } = await predictJobs(open, groupModels(models), options);
    if (jobs.length === 1 && failed[0] !== undefined) throw failed[0].error;
    const used = models.map(({ file, runtime, precision, calibration }) => ({ file, runtime, precision, temperature: calibration?.temperature ?? 1 }));
    return { models: used, written, kept, failed };
  } finally {
    await Promise.all(models.map((model) => model.close()));
  }
}

type Settled<T> = { value: T } | { error: Error };

async function predictJobs(
  jobs: PredictionJob[],
  groups: ModelGroup[],
  { signal, onProgress, onWarning }: PredictFilesOptions,
): Promise<Pick<PredictedFiles, 'written' | 'failed'>> {
  const folders = jobs.flatMap(({ labelMap, probabilities = labelMap }) => [dirname(labelMap), dirname(probabilities)]);
  for (const folder of new Set(folders)) await requireWritableFolder(folder);
  const reader = new ThreadPool<PrepareTask, PreparedCase[]>({ file: workerFile, size: 1, nameOf: ({ id }) => id });
  const writer = new ThreadPool<FinishTask, null>({ file: workerFile, size: 1, nameOf: ({ labelMap }) => labelMap });
  const written: string[] = [];
  const failed: PredictedFiles['failed'] = [];
  /** Why nothing can be written: as true of the next case. */
  let unwritable: GeoscribeError | null = null;
  const prepare = ({ id, files }: PredictionJob): Promise<Settled<PreparedCase[]>> =>
    settled(reader.run({ kind: 'prepare', id, files, plans: groups.map(({ plan }) => plan) }));
  const finish = async (job: PredictionJob, parts: PredictedCase[]): Promise<void> => {
    const { id, labelMap, probabilities } = job;
    const write = async (): Promise<null> => {
      for (const file of [labelMap, probabilities]) if (file !== undefined) await mkdir(dirname(file), { recursive: true });
      const task = { kind: 'finish' as const, parts, labelMap, ...(probabilities !== undefined && { probabilities }) };
      return writer.run(task, parts.map(({ probability }) => probability.buffer as ArrayBuffer));
    };
    const result = await settled(write());
    if ('error' in result && result.error instanceof GeoscribeError) failed.push({ caseId: id, error: result.error });
    else if ('error' in result) unwritable = notWritable(dirname(labelMap), faultInWords(result.error), result.error);
    else written.push(labelMap, ...(probabilities === undefined ? [] : [probabilities]));
  };
  let finishing: Promise<void> = Promise.resolve();
  const stop = (): void => void reader.close(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    let preparing = jobs.length === 0 ? null : prepare(jobs[0]!);
    for (const [index, job] of jobs.entries()) {
      const prepared = await preparing!;
      signal.throwIfAborted();
      preparing = index + 1 < jobs.length ? prepare(jobs[index + 1]!) : null;
      if ('value' in prepared) {
        const warning = prepared.value.map(({ properties }, group) => unusualGrid(properties, groups[group]!.plan)).find((found) => found !== null);
        if (warning !== undefined) onWarning(job.id, warning);
      }
      const label = `${job.id} (${index + 1} of ${jobs.length})`;
      const predicted = 'error' in prepared ? prepared : await settled(predictCase(prepared.value, groups, signal, (done, total) => onProgress(label, done, total)));
      signal.throwIfAborted();
      await finishing;
      if (unwritable !== null) throw unwritable as GeoscribeError;
      if ('error' in predicted) {
        // A model that cannot be computed fails every case alike.
        if (predicted.error instanceof GeoscribeError && predicted.error.code === 'InvalidModelError') throw predicted.error;
        failed.push({ caseId: job.id, error: predicted.error });
      } else finishing = finish(job, predicted.value);
    }
    await finishing;
    if (unwritable !== null) throw unwritable as GeoscribeError;
    return { written, failed };
  } finally {
    signal.removeEventListener('abort', stop);
    // A file that is being written is written to its end.
    await finishing;
    await Promise.all([reader.close(), writer.close()]);
  }
}

async function predictCase(
  prepared: PreparedCase[],
  groups: ModelGroup[],
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<PredictedCase[]> {
  const parts: PredictedCase[] = [];
  const models = groups.reduce((count, group) => count + group.models.length, 0);
  for (const [index, group] of groups.entries()) {
    const { image, shape, properties } = prepared[index]!;
    const probability = await predictGroup({
      group,
      image,
      shape,
      onProgress: (done, total) => onProgress(index * total + done, groups.length * total),
      signal,
    });
    parts.push({ probability, properties, plan: group.plan, weight: group.models.length / models });
  }
  return parts;
}

async function settled<T>(work: Promise<T>): Promise<Settled<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)) }),
  );
}
