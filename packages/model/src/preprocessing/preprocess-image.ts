import { toTensorShape, type Volume } from '@geoscribe/core-io';
import { GeoscribeError } from '@geoscribe/campaign';
import { fillHoles } from '../morphology/fill-holes.js';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from './case-properties.js';
import { checkChannels, checkSameDims } from './check-channels.js';
import { nonZeroBox } from './crop.js';
import { cropToPlan, type CroppedArray } from './crop-to-plan.js';
import { normalize } from './normalize.js';
import { permuteBox } from './permute.js';
import { planGrid } from './plan-grid.js';
import { resampleCubic } from './resample.js';
import { resampleLabelLinear } from './resample-label.js';

export interface PreprocessedImage {
  /** `[C, Z, Y, X]` float32, channels first, on the plan's grid. */
  image: Float32Array;
  /** `[z, y, x]`. */
  shape: TensorShape;
  /** uint8 `[Z, Y, X]` of 0 and 1: voxels where some channel is not 0, holes filled, or that the label names. */
  validMask: Uint8Array;
  properties: CaseProperties;
}

/**
 * An image on the plan's grid: axes permuted, cropped to its non-zero box, normalised, resampled.
 *
 * @param options.channels volumes of one grid in the order of `plan.dataset.channels`; finite, not all constant.
 * @param options.label ground truth on that grid, where known: its voxels > 0 are valid too, unless they are ignored.
 * @param options.ignoreLabel value of label voxels that nobody annotated, where there are any.
 * @param options.id named in errors.
 * @returns the arrays and the way back, see `CaseProperties`.
 * @throws GeoscribeError `InvalidVolumeError`, `GeometryMismatchError`, `InvalidDatasetError` (number of channels).
 *
 * Cost: O(voxels); about 12 bytes a voxel of the larger grid beside input and output. Source: nnU-Net v2's
 * `DefaultPreprocessor`; the valid mask is an array of its own here, not a label of -1, and the ignore label names no voxel.
 */
export function preprocessImage(options: {
  channels: Volume[];
  plan: Plan;
  label?: Volume;
  ignoreLabel?: number | undefined;
  id?: string;
}): PreprocessedImage {
  const { channels, plan, label, ignoreLabel, id = 'without id' } = options;
  checkChannels(channels, id);
  if (channels.length !== plan.dataset.channels.length) {
    throw new GeoscribeError('InvalidDatasetError', `Case ${id} has another number of channels than the plan`, {
      field: 'channels',
      expected: `${plan.dataset.channels.length} (${plan.dataset.channels.join(', ')})`,
      received: String(channels.length),
    });
  }
  if (label !== undefined) checkSameDims(label, channels[0]!, id, 'label');
  const source = channels[0]!.geometry;
  const sourceShape = toTensorShape(source.dims);
  const properties = planGrid(source, permuteBox(nonZeroBox(channels, sourceShape), plan.transposeForward), plan);
  const asFloats = ({ data }: Volume): CroppedArray<Float32Array> => cropToPlan(data, properties, plan, (length) => new Float32Array(length));
  const namedVoxels = ({ data }: Volume): Uint8Array => {
    const asIs = data instanceof Uint8Array && ignoreLabel === undefined;
    const named = asIs ? data : Uint8Array.from(data, (value) => Number(value > 0 && value !== ignoreLabel));
    return cropToPlan(named, properties, plan, (length) => new Uint8Array(length)).data;
  };
  const cropped = channels.map(asFloats);
  const { shape, target, coarse } = cropped[0]!;
  const grid = { shape, target, coarse };
  const mask = validVoxels(cropped.map(({ data }) => data), shape, label === undefined ? null : namedVoxels(label));
  const image = new Float32Array(channels.length * voxelCount(properties.shape));
  cropped.forEach(({ data }, index) => {
    normalize({
      values: data,
      validMask: mask,
      normalization: plan.normalization[index]!,
      intensities: plan.foregroundIntensities[index]!,
    });
    image.set(resampleCubic({ data, ...grid }), index * voxelCount(properties.shape));
  });
  return { image, shape: properties.shape, validMask: resampleLabelLinear({ label: mask, ...grid }), properties };
}

/** Voxels that some channel has a value in, holes filled, and those that the label names. */
function validVoxels(channels: Float32Array[], shape: TensorShape, label: Uint8Array | null): Uint8Array {
  const mask = new Uint8Array(voxelCount(shape));
  for (const channel of channels) {
    for (let voxel = 0; voxel < mask.length; voxel++) if (channel[voxel] !== 0) mask[voxel] = 1;
  }
  // A path outside the mask that leaves the crop goes on straight to a face of the volume: the crop is enough to look at.
  const filled = fillHoles({ mask, shape });
  if (label !== null) for (let voxel = 0; voxel < filled.length; voxel++) if (label[voxel] !== 0) filled[voxel] = 1;
  return filled;
}

function voxelCount(shape: TensorShape): number {
  return shape[0] * shape[1] * shape[2];
}
