import type { Vec3 } from '../checks.js';
import { forWindow } from './grid.js';

/**
 * Mean of the finite voxels of every 3x3x3 window: the exact sum (integers in units of 2^-149, the least float32),
 * rounded once to float64, divided by the count, rounded to float32. NaN where the voxel itself is not finite.
 */
export function referenceSmooth(dims: Vec3, channel: Float32Array): Float32Array {
  return channel.map((value, voxel) => {
    if (!Number.isFinite(value)) return NaN;
    let sum = 0n;
    let count = 0;
    forWindow(dims, voxel, (neighbour) => {
      const other = channel[neighbour]!;
      if (!Number.isFinite(other)) return;
      sum += unitsOf(other);
      count += 1;
    });
    return (Number(sum) * 2 ** -149) / count;
  });
}

/** A finite float32 as an integer multiple of 2^-149. */
function unitsOf(value: number): bigint {
  let scaled = value;
  let shift = 149n;
  // Powers of two are exact; float64 holds 2^53 integers without rounding.
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift -= 1n;
  }
  return BigInt(scaled) << shift;
}
