// Our sliding window, from a preprocessed array to probabilities.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkSpec, slidingWindow, torchPredictor } from '@geoscribe/model';
import { decodeSafetensors, Network, setThreads } from '@geoscribe/torch-native';
import { sampled } from '../agreement.mjs';
import { readArray, readProblem } from '../problem-folder.mjs';
import { contend } from './contend.mjs';
import { formOf } from './form.mjs';

const [folder, wanted] = process.argv.slice(2);
const { plan, threads, sample } = readProblem(folder);
let probability;

async function open() {
  setThreads(threads);
  const { tensors } = decodeSafetensors(readFileSync(join(folder, 'weights.safetensors')), { file: 'weights.safetensors' });
  const { form, note } = await formOf(wanted, plan, threads);
  const network = await Network.load({ spec: networkSpec(plan), tensors });
  const { data: image, shape } = readArray(folder, 'image');
  return {
    precision: form.precision,
    note,
    async run() {
      probability = await slidingWindow({
        predictor: torchPredictor(network, form), image, shape: shape.slice(1), channels: shape[0],
        classes: plan.dataset.labels.length, patch: plan.patch, mirrorAxes: plan.mirrorAxes,
      });
    },
  };
}

await contend({ open, result: () => ({ probability: sampled(probability, sample) }) });
