import fc from 'fast-check';
import type { Vec3 } from '../../src/index.js';
import { voxelsOf } from './problems.js';

/** One of the 48 ways to mirror a volume and permute its axes. */
export interface Turn {
  /** The axis that each new axis was. */
  from: Vec3;
  /** Which new axes run backwards. */
  flip: readonly [boolean, boolean, boolean];
}

export const turns: fc.Arbitrary<Turn> = fc.record({
  from: fc.constantFrom<Vec3>([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
  flip: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
});

export function turnAxes(values: Vec3, { from }: Turn): Vec3 {
  return [values[from[0]]!, values[from[1]]!, values[from[2]]!];
}

/** @returns a function that turns an array of one volume, or of several in a row */
export function turnVolumes(dims: Vec3, turn: Turn) {
  const turned = turnAxes(dims, turn);
  const n = voxelsOf(dims);
  const source = Array.from({ length: n }, (_, voxel) => {
    const at = [voxel % turned[0], Math.floor(voxel / turned[0]) % turned[1], Math.floor(voxel / (turned[0] * turned[1]))];
    const original = [0, 0, 0];
    turn.from.forEach((axis, i) => (original[axis] = turn.flip[i] ? turned[i]! - 1 - at[i]! : at[i]!));
    return original[0]! + dims[0] * (original[1]! + dims[1] * original[2]!);
  });
  return <Values extends Float32Array | Uint8Array | Uint16Array>(values: Values): Values =>
    values.map((_: number, index: number) => values[Math.floor(index / n) * n + source[index % n]!]!) as Values;
}
