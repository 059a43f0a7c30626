import { counterRandom } from './counter-random.js';

/** Voxels of one class, as flat indices of `[Z, Y, X]`, ascending. */
export interface ClassLocations {
  class: number;
  voxels: Uint32Array;
}

const defaultCap = 10_000;

/**
 * Where a case's foreground classes lie, at most `cap` voxels of each, drawn without replacement.
 *
 * @param label `[Z, Y, X]`, 0..classes-1
 * @param confidence `[Z, Y, X]`; voxels of confidence 0 (unmarked ones of a scribble-only case) do not count
 * @param cap most voxels kept per class, default 10,000
 * @returns the present classes 1..classes-1 in ascending order
 * Cost: two passes. Source: nnU-Net's class locations.
 */
export function classLocations(input: {
  label: Uint8Array;
  confidence?: Float32Array;
  classes: number;
  seed: number;
  cap?: number;
}): ClassLocations[] {
  const { label, confidence, classes, seed, cap = defaultCap } = input;
  const found: ClassLocations[] = [];
  for (let c = 1; c < classes; c++) {
    const voxels = chooseVoxels(label.length, (v) => label[v] === c && (confidence?.[v] ?? 1) > 0, cap, [seed, c]);
    if (voxels.length > 0) found.push({ class: c, voxels });
  }
  return found;
}

/** Non-zero voxels of a mask or confidence map, at most `cap` of them, drawn without replacement; ascending. */
export function maskLocations(input: {
  mask: Uint8Array | Float32Array;
  seed: number;
  cap?: number;
}): Uint32Array {
  const { mask, seed, cap = defaultCap } = input;
  return chooseVoxels(mask.length, (v) => mask[v] !== 0, cap, [seed, 0]);
}

/** Selection sampling: each eligible voxel is taken with probability (still wanted) / (still to come). */
function chooseVoxels(size: number, eligible: (v: number) => boolean, cap: number, key: [number, number]): Uint32Array {
  let remaining = 0;
  for (let v = 0; v < size; v++) if (eligible(v)) remaining++;
  let wanted = Math.min(remaining, cap);
  const voxels = new Uint32Array(wanted);
  const random = counterRandom(key[0], key[1]);
  let at = 0;
  for (let v = 0; v < size && wanted > 0; v++) {
    if (!eligible(v)) continue;
    if (wanted === remaining || random.uniform() * remaining < wanted) {
      voxels[at++] = v;
      wanted--;
    }
    remaining--;
  }
  return voxels;
}
