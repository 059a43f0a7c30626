import { describe, expect, it } from 'vitest';
import { Network, Trainer, availableDevices, setThreads } from '../src/index.js';
import type { NamedTensor, TorchDevice } from '../src/index.js';
import { fullAugmentation, isotropicSpec, phantomCase, stepsAt } from './helpers.js';

const { cuda, cudaReason } = availableDevices();
if (!cuda) process.stderr.write(`skipped: tests on cuda (${cudaReason})\n`);

const spec = isotropicSpec(8, 3);
const center: [number, number, number] = [12, 12, 12];
const shape: [number, number, number] = [24, 24, 24];

/** Two steps and a prediction of the case, all on one device. */
async function trainAndPredict(device: TorchDevice, initial: NamedTensor[], deterministic = false) {
  const only = phantomCase(24);
  const trainer = await Trainer.create({
    spec, initial, device, cases: [only], patch: [16, 16, 16], augmentation: fullAugmentation, momentum: 0.9, weightDecay: 3e-5, emaDecay: 0.9,
    precision: 'bfloat16', deterministic,
  });
  const results = await trainer.run(stepsAt(center, 2));
  const tensors = await trainer.network('model');
  trainer.dispose();
  const network = await Network.load({ spec, tensors, device });
  const logits = await network.predict({ input: only.image, batch: 1, shape, precision: 'bfloat16' });
  network.dispose();
  return { losses: results.map(({ loss }) => loss), tensors, logits };
}

async function initialTensors(): Promise<NamedTensor[]> {
  const fresh = await Network.create({ spec, seed: 1 });
  const tensors = await fresh.tensors();
  fresh.dispose();
  return tensors;
}

const largestDifference = (a: Float32Array, b: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

// CUDA comes first in every test: LibTorch refuses it after a step on the CPU.
describe.skipIf(!cuda)('cuda', () => {
  setThreads(1);

  it('trains and predicts in mixed precision as the CPU does, and deterministically when asked', { timeout: 120_000 }, async () => {
    const initial = await initialTensors();
    const gpu = await trainAndPredict('cuda', initial, true);
    const again = await trainAndPredict('cuda', initial, true);
    expect(again).toEqual(gpu);
    const cpu = await trainAndPredict('cpu', initial);
    // bfloat16 has 8 bits: 0.4 % of a product, averaged over the sums of a loss near 1.
    gpu.losses.forEach((loss, step) => expect(Math.abs(loss - cpu.losses[step]!)).toBeLessThan(0.02));
    // Two steps of 0.02 along gradients clipped to 12, of which bfloat16 leaves some per cent uncertain.
    gpu.tensors.forEach(({ data }, i) => expect(largestDifference(data, cpu.tensors[i]!.data)).toBeLessThan(0.02));
    // Logits of a fresh network are near 1.
    expect(largestDifference(gpu.logits, cpu.logits)).toBeLessThan(0.25);
  });
});
