import { assertSameGeometry, type Volume } from '@geoscribe/core-io';
import { readVolume, writeProbabilities, writeVolume } from '@geoscribe/core-io/node';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from '../preprocessing/case-properties.js';
import { preprocessImage } from '../preprocessing/preprocess-image.js';
import { restoreProbability, restoreScalar } from '../preprocessing/restore.js';

/** A case on the grid of one plan. */
export interface PreparedCase {
  image: Float32Array;
  shape: TensorShape;
  properties: CaseProperties;
}

/** Probabilities of a case on the grid of one plan, and how much they count. */
export interface PredictedCase {
  probability: Float32Array;
  properties: CaseProperties;
  plan: Plan;
  /** All weights together are 1. */
  weight: number;
}

export interface PrepareTask {
  kind: 'prepare';
  id: string;
  /** One file a channel, or one with several. */
  files: string[];
  plans: Plan[];
}

export interface FinishTask {
  kind: 'finish';
  parts: PredictedCase[];
  labelMap: string;
  /** Absent: no probabilities are written. */
  probabilities?: string;
}

/** What is done with a case beside the network, in threads of its own. */
export async function runCaseTask(task: PrepareTask | FinishTask): Promise<PreparedCase[] | null> {
  return task.kind === 'prepare' ? prepareCase(task) : finishCase(task);
}

/** Reads a case's channels and preprocesses them for each plan. Errors: as `readVolume`, `preprocessImage`; `GeometryMismatchError`. */
async function prepareCase({ id, files, plans }: PrepareTask): Promise<PreparedCase[]> {
  const channels: Volume[] = [];
  for (const file of files) {
    for (const volume of await readVolume(file)) {
      if (channels[0] !== undefined) assertSameGeometry(volume.geometry, channels[0].geometry, { file, otherFile: files[0]! });
      channels.push(volume);
    }
  }
  return plans.map((plan) => {
    const { image, shape, properties } = preprocessImage({ channels, plan, id });
    return { image, shape, properties };
  });
}

/**
 * Writes a case's label map, and its probabilities where they are wanted, on the image's own grid.
 *
 * Where plans differ, every class is brought to the image's grid before it is averaged.
 *
 * Cost: a few arrays of the image's grid, whatever the number of classes.
 */
async function finishCase({ parts, labelMap, probabilities }: FinishTask): Promise<null> {
  const { plan, properties, probability } = parts[0]!;
  const classes = plan.dataset.labels.length;
  if (probabilities === undefined && parts.length === 1) {
    await writeVolume(labelMap, restoreProbability({ probability, classes, properties, plan }).labelMap);
    return null;
  }
  const { source: geometry } = properties;
  const voxels = geometry.dims[0] * geometry.dims[1] * geometry.dims[2];
  const best = new Float32Array(voxels).fill(-Infinity);
  const label = new Uint8Array(voxels);
  const take = (c: number): Float32Array => {
    const mean = meanOfClass(parts, c);
    for (let v = 0; v < voxels; v++) {
      if (mean[v]! <= best[v]!) continue;
      best[v] = mean[v]!;
      label[v] = c;
    }
    return mean;
  };
  if (probabilities === undefined) for (let c = 0; c < classes; c++) take(c);
  else await writeProbabilities(probabilities, { geometry, classes, probabilityOf: take });
  await writeVolume(labelMap, { geometry, data: label });
  return null;
}

/** Of all parts, on the image's grid; beyond a part's crop all is background. */
function meanOfClass(parts: readonly PredictedCase[], c: number): Float32Array {
  let mean: Float32Array | null = null;
  for (const { probability, properties, plan, weight } of parts) {
    const voxels = probability.length / plan.dataset.labels.length;
    const values = probability.subarray(c * voxels, (c + 1) * voxels);
    const { data } = restoreScalar({ values, properties, plan, outside: c === 0 ? 1 : 0 });
    if (parts.length === 1) return data;
    mean ??= new Float32Array(data.length);
    for (let v = 0; v < data.length; v++) mean[v]! += weight * data[v]!;
  }
  return mean!;
}
