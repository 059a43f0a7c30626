import { invalid } from '../checks.js';

export function checkProbability(probability: Float32Array): void {
  const bad = probability.find((p) => p < -Math.fround(1e-6) || p > Math.fround(1 + Math.fround(1e-6)));
  if (bad !== undefined) throw invalid('probability', 'values from 0 to 1, or NaN', String(bad));
}

export function checkClasses(argument: string, labels: Uint8Array | Uint16Array, classes: number, also?: number): void {
  const bad = Array.from(labels).find((label) => label >= classes && label !== also);
  if (bad !== undefined) throw invalid(argument, `a class from 0 to ${classes - 1}`, String(bad));
}
