#!/usr/bin/env node
// Seconds of one training step and one prediction for each way to compute the network: contiguous memory and LibTorch's
// operators, or channels-last memory and our own operators; float32 or bfloat16.
//
//   node packages/torch-native/bench/forms.mjs [--base 32] [--stages 4] [--batch 2] [--patch 40,56,40] [--threads 2] [--repeats 5]
//
// OMP_WAIT_POLICY=ACTIVE shows what spinning threads cost. The fastest of the repeats counts, so that other work on the machine matters little. Needs the built addon.
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    base: { type: 'string', default: '32' },
    stages: { type: 'string', default: '4' },
    batch: { type: 'string', default: '2' },
    patch: { type: 'string', default: '40,56,40' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write('usage: forms.mjs [--base N] [--stages N] [--batch N] [--patch Z,Y,X] [--threads N] [--repeats N]\n');
  process.exit(0);
}

process.env.OMP_WAIT_POLICY ??= 'PASSIVE'; // as src/native.ts does
const torch = createRequire(import.meta.url)('../build/release/torch_native.node');
torch.setThreads(Number(options.threads));
const stages = Array.from({ length: Number(options.stages) }, (_, index) => ({
  features: Math.min(320, Number(options.base) * 2 ** index),
  kernel: [3, 3, 3],
  stride: index === 0 ? [1, 1, 1] : [2, 2, 2],
  encoderBlocks: 2,
  decoderBlocks: 2,
}));
const shared = {
  spec: { inputChannels: 1, classes: 3, stages },
  device: 'cpu',
  patch: options.patch.split(',').map(Number),
  batch: Number(options.batch),
  repeats: Number(options.repeats),
  patience: Infinity,
};
process.stderr.write(`${cpus()[0]?.model}, ${options.threads} threads; base ${options.base}, ${options.stages} stages, batch ${options.batch} of ${options.patch}\n`);
process.stdout.write('| precision | layout | training step, s | prediction, s |\n|---|---|---|---|\n');
for (const precision of ['bfloat16', 'float32']) {
  for (const layout of ['contiguous', 'channels-last']) {
    const seconds = [];
    for (const work of ['training', 'prediction']) seconds.push(await torch.timeRuns({ ...shared, work, precision, layout }));
    process.stdout.write(`| ${precision} | ${layout} | ${seconds.map((value) => value.toFixed(3)).join(' | ')} |\n`);
  }
}
