import type { ProbabilityArray } from '../distance-problem.js';
import type { NativeChannel } from '../native.js';

/** Values of a channel: raw * scale + offset in float64, rounded once to float32. */
export function channelValues({ data, scale, offset }: NativeChannel): Float32Array {
  return Float32Array.from(data, (raw) => raw * scale + offset);
}

/** Probabilities as float32; bytes count 255ths. */
export function probabilityValues(probability: ProbabilityArray): Float32Array {
  return probability instanceof Uint8Array ? Float32Array.from(probability, (raw) => raw / 255) : probability;
}
