#!/usr/bin/env node
// CPU milliseconds of an augmented training patch, mean over what the method draws; with --python beside nnU-Net's own
// transforms (batchgeneratorsv2) on a patch of the same size, the two alternating.
//
//   node packages/torch-native/bench/augmentation.mjs [--python <interpreter with nnunetv2>] [--rounds 10] [--patches 50]
//
// CPU time, not wall time: patches are prepared on the cores that train. Needs the built addon.
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { samplePatch } from '../dist/index.js';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    patches: { type: 'string', default: '50' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write('usage: augmentation.mjs [--python FILE] [--rounds N] [--patches N]\n');
  process.exit(0);
}

const size = 96;
const shape = [size, size, size];
const image = Float32Array.from({ length: size ** 3 }, (_, i) => Math.sin(0.01 * i) + 0.1 * Math.sin(7.3 * i));
const label = Uint8Array.from({ length: size ** 3 }, (_, i) => i % 3);
const confidence = new Float32Array(size ** 3).fill(1);
const only = { image, channels: 1, shape, label, confidence };
const augmentation = { enabled: true, inPlaneAxis: null, mirror: [true, true, true] };

let seed = 0;
function ours(patch, count) {
  const begin = process.cpuUsage();
  for (let k = 0; k < count; k += 1) samplePatch({ case: only, request: { caseIndex: 0, center: [48, 48, 48], seed: (seed += 1) }, patch, augmentation });
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e3 / count;
}

function startPeer(python) {
  const child = spawn(python, [fileURLToPath(new URL('augmentation.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async milliseconds(patch, count) {
      child.stdin.write(`${[...patch, count].join(' ')}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${python} ended: expected an interpreter with nnunetv2 and batchgeneratorsv2.`);
      return 1e3 * Number(value);
    },
    end: () => child.stdin.end(),
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const peer = options.python === undefined ? null : startPeer(options.python);
process.stderr.write(`${cpus()[0]?.model}; median of ${options.rounds} rounds of ${options.patches} patches\n`);
process.stdout.write(`| patch | ours, ms |${peer ? ' batchgeneratorsv2, ms | ratio |' : ''}\n|---|---|${peer ? '---|---|' : ''}\n`);
for (const patch of [[40, 56, 40], [64, 64, 64]]) {
  const mine = [];
  const theirs = [];
  ours(patch, 20);
  for (let round = 0; round < Number(options.rounds); round += 1) {
    mine.push(ours(patch, Number(options.patches)));
    if (peer) theirs.push(await peer.milliseconds(patch, Number(options.patches)));
  }
  const cells = [patch.join(' x '), median(mine).toFixed(2), ...(peer ? [median(theirs).toFixed(2), (median(theirs) / median(mine)).toFixed(1)] : [])];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
peer?.end();
