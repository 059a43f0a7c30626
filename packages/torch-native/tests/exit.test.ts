import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const addon = fileURLToPath(new URL('../build/release/torch_native.node', import.meta.url));
const face = new URL('../dist/native.js', import.meta.url).href;

/** A process that starts a long training and then runs `then`. */
function trainAnd(then: string) {
  const script = `
    const stage = (features, step) => ({ features, kernel: [3, 3, 3], stride: [step, step, step], encoderBlocks: 1, decoderBlocks: 1 });
    const spec = { inputChannels: 1, classes: 2, stages: [stage(4, 1), stage(8, 2)] };
    const shape = [8, 8, 8];
    const cases = [{ image: new Float32Array(512).map((_, i) => Math.sin(i)), channels: 1, shape, label: new Uint8Array(512).map((_, i) => i % 2) }];
    (async () => {
      const torch = (await import(process.argv[1])).torch();
      torch.setThreads(1);
      const network = new torch.NativeNetwork();
      const trainer = new torch.NativeTrainer();
      await network.load({ spec, device: 'cpu', seed: 1 });
      await trainer.open({
        spec, initial: await network.tensors(), device: 'cpu', cases, patch: shape, augmentation: { enabled: false, mirror: [false, false, false] },
        momentum: 0.9, weightDecay: 0, gradientClip: 12, precision: 'float32', layout: 'channels-last', crossEntropyNorm: 'confidence',
        diceSums: 'sample', accumulate: 1, deterministic: false, prefetch: { threads: 1, batches: 2 },
      });
      const steps = Array.from({ length: COUNT }, () => ({ learningRate: 0.01, patches: [{ caseIndex: 0, center: [4, 4, 4], seed: 0 }] }));
      let first = true;
      const run = trainer.run(steps, new Int32Array(1), () => {
        if (first) { first = false; ${then} }
      });
      console.log((await run).length);
    })();`;
  const count = then === '' ? '3' : '1000000';
  return spawnSync(process.execPath, ['-e', script.replace('COUNT', count), face], { encoding: 'utf8', timeout: 60_000 });
}

it('a process ends by itself once its work is done, nothing disposed', () => {
  expect(trainAnd('')).toMatchObject({ status: 0, signal: null, stdout: '3\n', stderr: '' });
});

it('a process that exits while it trains ends cleanly', () => {
  expect(trainAnd('process.exit(7);')).toMatchObject({ status: 7, signal: null, stderr: '' });
});

it('a worker thread that is ended while it trains does not take the process down', () => {
  const script = `
    const { Worker } = require('node:worker_threads');
    const worker = new Worker(process.argv[2], { eval: true, argv: [] });
    worker.on('message', async () => { await worker.terminate(); console.log('ended'); });`;
  const inner = `
    const torch = require(${JSON.stringify(addon)});
    torch.setThreads(1);
    const stage = (features, step) => ({ features, kernel: [3, 3, 3], stride: [step, step, step], encoderBlocks: 1, decoderBlocks: 1 });
    const network = new torch.NativeNetwork();
    network.load({ spec: { inputChannels: 1, classes: 2, stages: [stage(4, 1), stage(8, 2)] }, device: 'cpu', seed: 1 }).then(() => {
      const input = new Float32Array(64 ** 3);
      for (let i = 0; i < 20; i += 1) network.predict({ input, batch: 1, shape: [64, 64, 64], precision: 'float32', layout: 'channels-last' });
      require('node:worker_threads').parentPort.postMessage('busy');
    });`;
  const result = spawnSync(process.execPath, ['-e', script, addon, inner], { encoding: 'utf8', timeout: 60_000 });
  expect(result).toMatchObject({ status: 0, signal: null, stdout: 'ended\n', stderr: '' });
});
