// Our training step: batch cut from the cases, forward, loss of all heads, backward, clipping, optimiser.
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { networkSpec } from '@geoscribe/model';
import { decodeSafetensors, setThreads, Trainer } from '@geoscribe/torch-native';
import { readArray, readProblem } from '../problem-folder.mjs';
import { contend } from './contend.mjs';
import { formOf } from './form.mjs';

const [folder, wanted] = process.argv.slice(2);
const { plan, threads, optimizer } = readProblem(folder);
const losses = [];

async function open() {
  setThreads(threads);
  const spec = networkSpec(plan);
  const { tensors: initial } = decodeSafetensors(readFileSync(join(folder, 'weights.safetensors')), { file: 'weights.safetensors' });
  const [batch, label] = [readArray(folder, 'batch').data, readArray(folder, 'label').data];
  const voxels = plan.patch.reduce((product, size) => product * size, 1);
  const cases = Array.from({ length: plan.batch }, (_, k) => ({
    image: batch.slice(k * voxels, (k + 1) * voxels), channels: 1, shape: plan.patch, label: label.slice(k * voxels, (k + 1) * voxels),
  }));
  const { form, note } = await formOf(wanted, plan, threads);
  const trainer = await Trainer.create({
    spec, initial, cases, patch: plan.patch, augmentation: { enabled: false, inPlaneAxis: null, mirror: [false, false, false] },
    momentum: optimizer.momentum, weightDecay: optimizer.weightDecay, gradientClip: optimizer.gradientClip, ...form,
    diceSums: plan.batchDice ? 'batch' : 'sample',
  });
  const step = {
    learningRate: optimizer.learningRate,
    patches: cases.map((_, caseIndex) => ({ caseIndex, center: plan.patch.map((size) => Math.floor(size / 2)), seed: caseIndex })),
  };
  return {
    precision: form.precision,
    note,
    async time(count) {
      const seconds = [];
      let begin = performance.now();
      await trainer.run(Array.from({ length: count }, () => step), {
        onStep({ loss }) {
          losses.push(loss);
          const now = performance.now();
          seconds.push((now - begin) / 1000);
          begin = now;
        },
      });
      return seconds;
    },
  };
}

await contend({ open, result: () => ({ firstLoss: losses[0] }) });
