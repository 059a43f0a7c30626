import { describe, expect, it } from 'vitest';
import { lossAndGradient } from '../src/index.js';

/** Two heads of a batch of two patches of 4 x 4 x 4 voxels and three classes. */
function example() {
  const wave = (length: number, frequency: number) => Float64Array.from({ length }, (_, i) => 2 * Math.sin(frequency * i + 0.3));
  return {
    logits: [wave(2 * 3 * 64, 0.7), wave(2 * 3 * 8, 1.1)],
    batch: 2,
    classes: 3,
    shape: [4, 4, 4] as [number, number, number],
    label: Uint8Array.from({ length: 128 }, (_, i) => (i * 7) % 3),
    confidence: Float64Array.from({ length: 128 }, (_, i) => Math.abs(Math.cos(0.9 * i))),
  };
}

describe('lossAndGradient', () => {
  it.each([
    ['confidence', 'sample'],
    ['voxels', 'sample'],
    ['confidence', 'batch'],
  ] as const)('its gradient equals finite differences (%s, %s)', (crossEntropyNorm, diceSums) => {
    const options = { ...example(), crossEntropyNorm, diceSums };
    options.logits = [options.logits[0]!];
    const { gradients } = lossAndGradient(options);
    const logits = options.logits[0]!;
    const h = 1e-5;
    for (let i = 0; i < logits.length; i += 11) {
      const lossAt = (value: number) => lossAndGradient({ ...options, logits: [logits.with(i, value)] }).loss;
      const difference = (lossAt(logits[i]! + h) - lossAt(logits[i]! - h)) / (2 * h);
      // h^2 times a third derivative below 1, and 1e-16 / h from rounding: both near 1e-10.
      expect(Math.abs(gradients[0]![i]! - difference)).toBeLessThan(1e-6);
    }
  });

  it('gives no gradient to voxels of confidence 0 and to the lowest head', () => {
    const options = example();
    options.confidence.fill(0, 0, 64);
    const { gradients } = lossAndGradient(options);
    const isZero = (value: number) => value === 0;
    expect(gradients[0]!.subarray(0, 192).every(isZero)).toBe(true);
    expect(gradients[0]!.subarray(192).some(isZero)).toBe(false);
    expect(gradients[1]!.every(isZero)).toBe(true);
  });

  it('is the least for certain, right logits: cross-entropy 0 minus Dice 1', () => {
    const options = example();
    const logits = new Float64Array(2 * 3 * 64);
    options.label.forEach((label, i) => (logits[Math.floor(i / 64) * 192 + label * 64 + (i % 64)] = 60));
    expect(lossAndGradient({ ...options, logits: [logits] }).loss).toBeCloseTo(-1, 12);
  });

  it.each([
    ['logits[1]', { logits: [new Float64Array(384), new Float64Array(5)] }],
    ['label', { label: new Uint8Array(128).fill(3) }],
    ['confidence', { confidence: new Float64Array(3) }],
    ['shape', { shape: [4, 4, 3] as [number, number, number] }],
  ])('names a bad %s', (field, change) => {
    expect(() => lossAndGradient({ ...example(), ...change })).toThrow(expect.objectContaining({ code: 'InvalidArgumentError', detail: expect.objectContaining({ field }) }));
  });
});
