import { toTensorShape, type Volume } from '@geoscribe/core-io';
import { GeoscribeError } from '@geoscribe/campaign';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from './case-properties.js';
import { checkChannels, checkSameDims } from './check-channels.js';
import { boundingBox, boxShape, cropInto, nonZeroMask } from './crop.js';
import { normalize } from './normalize.js';
import { permuteInto, permuteShape } from './permute.js';
import { planGrid } from './plan-grid.js';
import { coarseAxis, resampleCubic, resampleLabelLinear } from './resample.js';

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
 * @param options.label ground truth on that grid, where known: its voxels > 0 are valid too.
 * @param options.id named in errors.
 * @returns the arrays and the way back, see `CaseProperties`.
 * @throws GeoscribeError `InvalidVolumeError`, `GeometryMismatchError`, `InvalidDatasetError` (number of channels).
 *
 * Cost: O(voxels); about 12 bytes a voxel of the larger grid beside input and output. Source: nnU-Net v2's
 * `DefaultPreprocessor`; the valid mask is an array of its own here, not a label of -1.
 */
export function preprocessImage(options: {
  channels: Volume[];
  plan: Plan;
  label?: Volume;
  id?: string;
}): PreprocessedImage {
  const { channels, plan, label, id = 'without id' } = options;
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
  const shape = permuteShape(sourceShape, plan.transposeForward);
  const voxels = shape[0] * shape[1] * shape[2];
  const permuted = channels.map((channel) =>
    permuteInto(new Float32Array(voxels), channel.data, sourceShape, plan.transposeForward),
  );
  const mask = nonZeroMask(permuted, shape);
  const crop = boundingBox(mask, shape)!;
  if (label !== undefined) {
    const marks = permuteInto(new Float64Array(voxels), label.data, sourceShape, plan.transposeForward);
    for (let i = 0; i < voxels; i++) if (marks[i]! > 0) mask[i] = 1;
  }
  const properties = planGrid(source, crop, plan);
  const cropped = boxShape(crop);
  const croppedVoxels = cropped[0] * cropped[1] * cropped[2];
  const validMask = cropInto(new Uint8Array(croppedVoxels), mask, shape, crop);
  const coarse = coarseAxis(permuteShape(toTensorShape(source.spacing), plan.transposeForward), plan.targetSpacing);
  const size = properties.shape[0] * properties.shape[1] * properties.shape[2];
  const image = new Float32Array(channels.length * size);
  permuted.forEach((channel, index) => {
    const normalized = normalize({
      values: cropInto(new Float32Array(croppedVoxels), channel, shape, crop),
      validMask,
      normalization: plan.normalization[index]!,
      intensities: plan.foregroundIntensities[index]!,
    });
    image.set(resampleCubic({ data: normalized, shape: cropped, target: properties.shape, coarse }), index * size);
  });
  return {
    image,
    shape: properties.shape,
    validMask: resampleLabelLinear({ label: validMask, shape: cropped, target: properties.shape, coarse }),
    properties,
  };
}
