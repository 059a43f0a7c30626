import { describe, expect, it } from 'vitest';
import { Network, Trainer, measureForms, setThreads, type FormTiming } from '../src/index.js';
import type { TrainingCase } from '../src/index.js';
import { hasHippocampus, hippocampusCase, isotropicSpec, noAugmentation } from './helpers.js';

/** Mean Dice of the two foreground classes of one patch's logits `[3, Z, Y, X]`. */
function meanDice(logits: Float32Array, label: Uint8Array, covered: Float32Array): number {
  const voxels = label.length;
  const [overlap, size] = [[0, 0, 0], [0, 0, 0]];
  for (let i = 0; i < voxels; i += 1) {
    if (covered[i] === 0) continue;
    const scores = [0, 1, 2].map((c) => logits[c * voxels + i]!);
    const predicted = scores.indexOf(Math.max(...scores));
    size[predicted]! += 1;
    size[label[i]!]! += 1;
    if (predicted === label[i]) overlap[predicted]! += 1;
  }
  return [1, 2].reduce((sum, c) => sum + (2 * overlap[c]!) / size[c]!, 0) / 2;
}

/** The case in the middle of a patch, as a case whose confidence is 0 outside. */
function padded(source: TrainingCase, shape: [number, number, number]): TrainingCase & { confidence: Float32Array } {
  const voxels = shape[0] * shape[1] * shape[2];
  const result = { image: new Float32Array(voxels), channels: 1, shape, label: new Uint8Array(voxels), confidence: new Float32Array(voxels) };
  const [depth, height, width] = source.shape;
  for (let z = 0; z < depth; z += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [from, to] = [(z * height + y) * width + x, (z * shape[1] + y) * shape[2] + x];
        result.image[to] = source.image[from]!;
        result.label[to] = source.label[from]!;
        result.confidence[to] = 1;
      }
    }
  }
  return result;
}

describe.skipIf(!hasHippocampus)('overfitting', () => {
  it('learns one hippocampus by heart', { timeout: 600_000 }, async () => {
    setThreads(2);
    const spec = isotropicSpec(16, 4);
    const raw = hippocampusCase('hippocampus_001');
    const shape = raw.shape.map((size) => Math.ceil(size / 8) * 8) as [number, number, number];
    const only = padded(raw, shape);
    const [{ precision, layout }] = (await measureForms({ spec, patch: shape, batch: 1 })) as [FormTiming];
    const fresh = await Network.create({ spec, seed: 1 });
    const trainer = await Trainer.create({
      spec, initial: await fresh.tensors(), cases: [only], patch: shape, augmentation: noAugmentation, momentum: 0.9, weightDecay: 3e-5, precision, layout,
    });
    fresh.dispose();
    const center = shape.map((size) => size / 2) as [number, number, number];
    let dice = 0;
    for (let round = 0; round < 12 && dice <= 0.95; round += 1) {
      await trainer.run(Array.from({ length: 20 }, (_, step) => ({ learningRate: round === 0 ? 0.0025 * (step + 1) : 0.05, patches: [{ caseIndex: 0, center, seed: step }] })));
      const network = await Network.load({ spec, tensors: await trainer.network('model') });
      dice = meanDice(await network.predict({ input: only.image, batch: 1, shape, precision, layout }), only.label, only.confidence);
      network.dispose();
    }
    trainer.dispose();
    expect(dice).toBeGreaterThan(0.95);
  });
});
