import type { PatchRequest } from '@geoscribe/torch-native';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { ClassLocations } from './case-locations.js';
import { counterRandom, type CounterRandom } from './counter-random.js';

/** What the sampler knows of a case. Voxels are flat indices of `[Z, Y, X]`. */
export interface SamplerCase {
  /** `pseudo`: labels made by propagation, limited by `pseudoShare`. */
  kind: 'full' | 'pseudo';
  shape: TensorShape;
  /** Present foreground classes. */
  locations: ClassLocations[];
  /** Voxels of the focus area; pseudo cases only. */
  focus?: Uint32Array;
  /** Voxels with a label, where most have none (scribble-only): patches are then centred on these instead of anywhere. */
  annotated?: Uint32Array;
}

export interface SamplerSettings {
  patch: TensorShape;
  batch: number;
  seed: number;
  /** Share of a batch's patches, its last ones, that are centred on foreground. */
  foregroundShare?: number;
  /** Largest share of patches from pseudo-labelled cases. */
  pseudoShare?: number;
  /** Share of the pseudo-labelled patches that are centred on a focus voxel. */
  focusShare?: number;
}

/**
 * The patches of one step.
 *
 * Every case is equally likely, except that pseudo-labelled cases together get at most `pseudoShare` (default 0.8) of
 * the patches. Patch i of a batch is forced to foreground where `i >= round(batch * (1 - foregroundShare))` (share
 * 1/3, nnU-Net's rule): its centre is a random voxel of a random present class. Focus patches (`focusShare` 0.25 of
 * the pseudo-labelled ones) are taken from the unforced places, so that both shares hold. All others lie uniformly. A
 * patch never leaves the volume along an axis on which it fits; on a shorter axis the volume never leaves the patch.
 *
 * @param step number of the step; with `seed` it decides every random number, so nothing is stored to resume
 * Source: method section 5; nnU-Net clips forced patches at the lower side only, here at both.
 */
export function batchRequests(input: { cases: SamplerCase[]; step: number } & SamplerSettings): PatchRequest[] {
  const { cases, step, patch, batch, seed, foregroundShare = 1 / 3, pseudoShare = 0.8, focusShare = 0.25 } = input;
  const unforced = Math.round(batch * (1 - foregroundShare));
  const focusChance = unforced === 0 ? 0 : Math.min(1, (focusShare * batch) / unforced);
  return Array.from({ length: batch }, (_, position) => {
    const random = counterRandom(seed, step, position);
    const caseIndex = pickCase(cases, pseudoShare, random);
    const chosen = cases[caseIndex]!;
    const voxel =
      position >= unforced ? foregroundVoxel(chosen, random) : otherVoxel(chosen, focusChance, random);
    return { caseIndex, center: patchCenter(chosen.shape, patch, voxel, random), seed: random.bits() };
  });
}

function pickCase(cases: SamplerCase[], pseudoShare: number, random: CounterRandom): number {
  const indices = (kind: SamplerCase['kind']): number[] => cases.flatMap((item, i) => (item.kind === kind ? [i] : []));
  const full = indices('full');
  const pseudo = indices('pseudo');
  const share = full.length === 0 ? 1 : Math.min(pseudoShare, pseudo.length / cases.length);
  const pool = random.uniform() < share ? pseudo : full;
  return pool[random.integer(pool.length)]!;
}

function foregroundVoxel(chosen: SamplerCase, random: CounterRandom): number | null {
  const { locations } = chosen;
  if (locations.length === 0) return otherVoxel(chosen, 0, random);
  return pick(locations[random.integer(locations.length)]!.voxels, random);
}

function otherVoxel(chosen: SamplerCase, focusChance: number, random: CounterRandom): number | null {
  const focused = random.uniform() < focusChance;
  if (chosen.kind === 'pseudo' && focused && chosen.focus !== undefined && chosen.focus.length > 0) {
    return pick(chosen.focus, random);
  }
  if (chosen.annotated !== undefined && chosen.annotated.length > 0) return pick(chosen.annotated, random);
  return null;
}

function pick(voxels: Uint32Array, random: CounterRandom): number {
  return voxels[random.integer(voxels.length)]!;
}

function patchCenter(shape: TensorShape, patch: TensorShape, voxel: number | null, random: CounterRandom): TensorShape {
  const [, ny, nx] = shape;
  const wanted = voxel === null ? null : [Math.floor(voxel / (ny * nx)), Math.floor(voxel / nx) % ny, voxel % nx];
  return patch.map((size, axis) => {
    const slack = shape[axis]! - size;
    const low = Math.min(0, slack);
    const high = Math.max(0, slack);
    const half = Math.floor(size / 2);
    const start =
      wanted === null ? low + random.integer(high - low + 1) : Math.min(high, Math.max(low, wanted[axis]! - half));
    return start + half;
  }) as TensorShape;
}
