import { expect, test } from 'vitest';
import { weighInferred } from '../../src/training/weigh-inferred.js';

test('what nobody drew weighs less, a stroke does not', () => {
  const confidence = Float32Array.of(0, 0.5, 1, 0.25);
  const mean = weighInferred(confidence, 0.5);
  // Halves are exact in float32.
  expect([...confidence]).toEqual([0, 0.25, 1, 0.125]);
  expect(mean).toBe(1.375 / 4);
});

test('weight 1 changes nothing', () => {
  const confidence = Float32Array.of(0.1, 1, 0.7);
  weighInferred(confidence, 1);
  expect([...confidence]).toEqual([...Float32Array.of(0.1, 1, 0.7)]);
});
