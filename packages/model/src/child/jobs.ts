import type {
  EvaluateInput,
  EvaluateOutput,
  ExportModelInput,
  ExportModelOutput,
  FineTuneInput,
  PredictCaseInput,
  Prediction,
  Progress,
  TrainPreliminaryInput,
  TrainedNetwork,
} from '@geoscribe/campaign';
import { FolderStore } from '@geoscribe/core-io/node';
import { engineContext, type EngineContext } from '../engine/engine-context.js';
import { evaluate } from '../engine/evaluate.js';
import { exportModel } from '../engine/export-model.js';
import { fineTune } from '../engine/fine-tune.js';
import { folderPointers } from '../engine/pointers.js';
import { predictCase } from '../engine/predict-case.js';
import { trainFold, type TrainedFold, type TrainFoldInput } from '../engine/train-fold.js';
import { trainPreliminary } from '../engine/train-preliminary.js';

/** The steps that run in a supervised child: inputs and outputs of the activities of the same names, and a fold of a run. */
export interface Jobs {
  trainPreliminary: { input: TrainPreliminaryInput; output: TrainedNetwork };
  trainFold: { input: TrainFoldInput; output: TrainedFold };
  fineTune: { input: FineTuneInput; output: TrainedNetwork };
  predictCase: { input: PredictCaseInput; output: Prediction };
  evaluate: { input: EvaluateInput; output: EvaluateOutput };
  exportModel: { input: ExportModelInput; output: ExportModelOutput };
}

export type JobName = keyof Jobs;

export interface JobRequest<K extends JobName> {
  /** Folder of the artifact store; the child opens it itself. */
  storeRoot: string;
  input: Jobs[K]['input'];
}

const steps: { [K in JobName]: (input: Jobs[K]['input'], context: EngineContext) => Promise<Jobs[K]['output']> } = {
  trainPreliminary,
  trainFold,
  fineTune,
  predictCase,
  evaluate,
  exportModel,
};

/** Store and network cache outlive a job, so that an idle child's next prediction finds its network loaded. */
const contexts = new Map<string, EngineContext>();

/** Runs one job in this process. */
export async function runJob<K extends JobName>(
  job: K,
  { storeRoot, input }: JobRequest<K>,
  { signal, progress }: { signal: AbortSignal; progress: (progress: Progress) => void },
): Promise<Jobs[K]['output']> {
  const kept =
    contexts.get(storeRoot) ?? engineContext({ store: new FolderStore(storeRoot), pointers: folderPointers(storeRoot) });
  contexts.set(storeRoot, kept);
  return steps[job](input, { ...kept, signal, progress });
}
