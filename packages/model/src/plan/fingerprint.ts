import { GeoscribeError } from '@geoscribe/campaign';
import { UNMARKED, toTensorShape, type SeedMap, type Volume, type VoxelArray } from '@geoscribe/core-io';
import type { TensorShape } from '../morphology/tensor-shape.js';
import { boxShape, cropInto, nonZeroBox, type Box } from '../preprocessing/crop.js';
import { checkChannels, checkSameDims } from '../preprocessing/check-channels.js';
import { leftRightAxis } from './left-right-axis.js';
import { percentile, percentileOfSorted } from './percentile.js';
import type { ForegroundIntensities } from './plan.js';

/** Order statistics kept of one case and channel. */
const quantileCount = 10_000;

/** Foreground intensities of one case and channel. */
export interface ForegroundSample {
  mean: number;
  /** Mean square, not deviation: cases are merged from it. */
  meanSquare: number;
  min: number;
  max: number;
  /** The values at `(k + 0.5) / 10000` of the sorted foreground voxels. */
  quantiles: Float64Array;
}

/** Statistics of one case. */
export interface CaseFingerprint {
  id: string;
  /** mm, the image's own tensor order. */
  spacing: TensorShape;
  shapeAfterCrop: TensorShape;
  /** Voxels after the crop over voxels before, in (0, 1]. */
  relativeSizeAfterCrop: number;
  /** Axis that runs between the patient's left and right. */
  leftRightAxis: 0 | 1 | 2;
  /** One per channel; null where the case has no foreground voxel. */
  foreground: ForegroundSample[] | null;
}

/** Statistics of a data set, in the image's own tensor order: all that a plan is derived from. */
export interface Fingerprint {
  spacings: TensorShape[];
  shapesAfterCrop: TensorShape[];
  medianRelativeSizeAfterCrop: number;
  /** One per channel. */
  foregroundIntensities: ForegroundIntensities[];
  /** Axes that run between left and right in some case, ascending; absent where nobody knows. */
  leftRightAxes?: number[];
}

/**
 * Fingerprint of one case: spacing, size after cropping, intensities of its foreground voxels.
 *
 * @param options.channels volumes of one grid, finite, not all constant.
 * @param options.label foreground is label > 0 and not the ignore label.
 * @param options.ignoreLabel value of label voxels that nobody annotated; nnU-Net counts them as foreground.
 * @param options.seeds for a case without label: foreground is every voxel with a class scribble (> 0, not 255).
 * @throws GeoscribeError `InvalidVolumeError`, `GeometryMismatchError`; both name the case.
 *
 * Cost: sorts the foreground voxels of each channel. nnU-Net draws random voxels with replacement, the same number from
 * every case; the evenly spaced order statistics kept here are what that tends to, without chance.
 */
export function caseFingerprint(options: {
  id: string;
  channels: Volume[];
  label?: Volume;
  ignoreLabel?: number | undefined;
  seeds?: SeedMap;
}): CaseFingerprint {
  const { id, channels, label, ignoreLabel, seeds } = options;
  checkChannels(channels, id);
  const geometry = channels[0]!.geometry;
  const shape = toTensorShape(geometry.dims);
  const box = nonZeroBox(channels, shape);
  const marks = label ?? seeds;
  if (marks !== undefined) checkSameDims(marks, channels[0]!, id, label === undefined ? 'seeds' : 'label');
  const shapeAfterCrop = boxShape(box);
  return {
    id,
    spacing: toTensorShape(geometry.spacing),
    shapeAfterCrop,
    relativeSizeAfterCrop: product(shapeAfterCrop) / product(shape),
    leftRightAxis: leftRightAxis(geometry),
    foreground:
      marks === undefined
        ? null
        : sampleForeground({ channels, marks: marks.data, ignored: label === undefined ? UNMARKED : (ignoreLabel ?? null), shape, box }),
  };
}

function sampleForeground(options: {
  channels: Volume[];
  marks: VoxelArray;
  ignored: number | null;
  shape: TensorShape;
  box: Box;
}): ForegroundSample[] | null {
  const { channels, marks, ignored, shape, box } = options;
  const voxels = product(boxShape(box));
  const cropped = cropInto(new Float64Array(voxels), marks, shape, box);
  let n = 0;
  const inside = new Uint32Array(voxels);
  for (let i = 0; i < voxels; i++) if (cropped[i]! > 0 && cropped[i] !== ignored) inside[n++] = i;
  if (n === 0) return null;
  return channels.map((channel) => {
    const intensities = cropInto(cropped, channel.data, shape, box);
    const sorted = new Float64Array(n);
    for (let k = 0; k < n; k++) sorted[k] = intensities[inside[k]!]!;
    sorted.sort();
    let sum = 0;
    let squares = 0;
    for (const value of sorted) {
      sum += value;
      squares += value * value;
    }
    return {
      mean: sum / n,
      meanSquare: squares / n,
      min: sorted[0]!,
      max: sorted[n - 1]!,
      quantiles: Float64Array.from({ length: quantileCount }, (_, k) => sorted[Math.floor(((k + 0.5) / quantileCount) * n)]!),
    };
  });
}

/**
 * Fingerprint of the data set, each case weighing the same in the intensities. A case without foreground counts for spacing
 * and size alone.
 *
 * @param cases at least one; at least one of them with foreground.
 * @throws GeoscribeError `InvalidDatasetError` for no case or differing numbers of channels, `InvalidLabelError` naming
 *   cases where none of them has a foreground voxel.
 */
export function mergeFingerprints(cases: CaseFingerprint[]): Fingerprint {
  const ids = cases.map((c) => c.id);
  if (cases.length === 0) {
    throw new GeoscribeError('InvalidDatasetError', 'No case to take a fingerprint of', {
      field: 'cases',
      nextStep: 'Name at least one case under cases.full, or one with scribbles.',
    });
  }
  const samples = cases.flatMap((c) => (c.foreground === null ? [] : [{ id: c.id, channels: c.foreground }]));
  const first = samples[0];
  if (first === undefined) {
    throw new GeoscribeError('InvalidLabelError', `No foreground voxel in any of ${ids.length} cases (${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', ...' : ''})`, {
      field: 'label',
      expected: 'at least one voxel with a class above 0',
      received: 'background only',
      nextStep: 'Check that these labels belong to these images.',
    });
  }
  for (const sample of samples) {
    if (sample.channels.length !== first.channels.length) {
      throw new GeoscribeError('InvalidDatasetError', `Case ${sample.id} has another number of channels`, {
        field: 'channels',
        expected: `${first.channels.length} as in ${first.id}`,
        received: String(sample.channels.length),
      });
    }
  }
  return {
    spacings: cases.map((c) => c.spacing),
    shapesAfterCrop: cases.map((c) => c.shapeAfterCrop),
    medianRelativeSizeAfterCrop: percentile(cases.map((c) => c.relativeSizeAfterCrop), 50),
    foregroundIntensities: first.channels.map((_, channel) => mergeSamples(samples.map((s) => s.channels[channel]!))),
    leftRightAxes: [...new Set(cases.map((c) => c.leftRightAxis))].sort(),
  };
}

function mergeSamples(samples: ForegroundSample[]): ForegroundIntensities {
  const average = (pick: (sample: ForegroundSample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
  const mean = average((s) => s.mean);
  const sorted = new Float64Array(samples.length * quantileCount);
  samples.forEach((sample, k) => sorted.set(sample.quantiles, k * quantileCount));
  sorted.sort();
  return {
    mean,
    median: percentileOfSorted(sorted, 50),
    std: Math.sqrt(Math.max(0, average((s) => s.meanSquare) - mean * mean)),
    min: Math.min(...samples.map((s) => s.min)),
    max: Math.max(...samples.map((s) => s.max)),
    percentile00_5: percentileOfSorted(sorted, 0.5),
    percentile99_5: percentileOfSorted(sorted, 99.5),
  };
}

function product(shape: TensorShape): number {
  return shape[0] * shape[1] * shape[2];
}
