import { counterRandom } from './counter-random.js';

/** Voxels of one class, as flat indices of `[Z, Y, X]`, ascending; a voxel of great confidence may occur several times. */
export interface ClassLocations {
  class: number;
  voxels: Uint32Array;
}

const defaultCap = 10_000;

/**
 * Where a case's foreground classes lie: at most `cap` voxels of each, to be picked with equal probability.
 *
 * Without a confidence, or where it is the same on all voxels of a class, they are drawn without replacement. Otherwise a
 * voxel is listed in proportion to its confidence, `cap * w(v) / sum w` times rounded up or down (systematic sampling), so
 * that patches are centred more often where a pseudo label is sure; a class without any confidence is left out.
 *
 * @param label `[Z, Y, X]`, 0..classes-1
 * @param confidence `[Z, Y, X]` in [0, 1]; voxels of confidence 0 (unmarked ones of a scribble-only case) never count
 * @param cap most entries kept per class, default 10,000
 * @returns the present classes 1..classes-1 in ascending order
 * Cost: two passes a class. Source: nnU-Net's class locations; the weighting is ours.
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
    const isEligible = (v: number): boolean => label[v] === c && (confidence?.[v] ?? 1) > 0;
    const voxels =
      confidence !== undefined && varies(confidence, isEligible)
        ? chooseByWeight(confidence, isEligible, cap, [seed, c])
        : chooseVoxels(label.length, isEligible, cap, [seed, c]);
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

function varies(confidence: Float32Array, eligible: (v: number) => boolean): boolean {
  const first = confidence.findIndex((_, v) => eligible(v));
  return first >= 0 && confidence.some((w, v) => w !== confidence[first] && eligible(v));
}

/** Systematic sampling: `cap` equidistant marks on the running sum of the weights, the first one drawn. */
function chooseByWeight(weight: Float32Array, eligible: (v: number) => boolean, cap: number, key: [number, number]): Uint32Array {
  let total = 0;
  for (let v = 0; v < weight.length; v++) if (eligible(v)) total += weight[v]!;
  const voxels = new Uint32Array(cap);
  const offset = counterRandom(key[0], key[1]).uniform();
  let at = 0;
  let sum = 0;
  for (let v = 0; v < weight.length && at < cap; v++) {
    if (!eligible(v)) continue;
    sum += weight[v]!;
    while (at < cap && (at + offset) * total < sum * cap) voxels[at++] = v;
  }
  // The same sum, added in the same order, is reached exactly: every mark lies below it.
  return voxels;
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
