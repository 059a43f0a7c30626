import { GeoscribeError } from '@geoscribe/campaign';
import { assertSameGeometry, type Volume } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from './case-properties.js';
import { cropToPlan } from './crop-to-plan.js';
import { resampleLinear } from './resample.js';

/** How unsure a label map without probabilities is taken to be at its borders, mm. */
const borderSigma = 2;
/** Least probability of a class that a label map does not name: a stroke must be able to win. */
const leastProbability = 0.005;

/**
 * Probability map on the plan's grid of a prediction that another system made.
 *
 * C volumes are taken as softmax probabilities; one volume is a label map, whose classes are blurred by a Gaussian of
 * 2 mm, kept in [0.005, 0.995] and normalised. Resampling is linear, nearest along a coarse axis.
 *
 * @param options.volumes on the image's own grid
 * @param options.file named in errors
 * @returns float32 `[C, Z, Y, X]` of `properties.shape`, summing to 1 in each voxel
 * @throws GeoscribeError `GeometryMismatchError`; `InvalidVolumeError` for another number of volumes or values that are
 *   neither probabilities nor classes.
 */
export function givenProbability(options: {
  volumes: Volume[];
  properties: CaseProperties;
  plan: Plan;
  file: string;
}): Float32Array {
  const { volumes, properties, plan, file } = options;
  const classes = plan.dataset.labels.length;
  const { source, shape } = properties;
  for (const { geometry } of volumes) assertSameGeometry(geometry, source, { file });
  if (volumes.length !== 1 && volumes.length !== classes) {
    throw new GeoscribeError('InvalidVolumeError', 'Prediction has another number of volumes than there are classes', {
      file,
      field: 'dim[4]',
      expected: `${classes} probabilities, or one label map`,
      received: String(volumes.length),
    });
  }
  const maps = volumes.length === 1 ? softClasses(volumes[0]!, classes, file) : volumes.map(({ data }) => checkedShare(data, file));
  const voxels = shape[0] * shape[1] * shape[2];
  const probability = new Float32Array(classes * voxels);
  maps.forEach((map, c) => {
    const cropped = cropToPlan(map, properties, plan, (length) => new Float32Array(length));
    probability.set(resampleLinear(cropped), c * voxels);
  });
  return normalised(probability, classes);
}

function softClasses({ geometry, data }: Volume, classes: number, file: string): Float32Array[] {
  for (const value of data) {
    if (Number.isInteger(value) && value >= 0 && value < classes) continue;
    throw new GeoscribeError('InvalidVolumeError', 'Prediction holds a value that is no class', {
      file,
      expected: `whole numbers from 0 to ${classes - 1}`,
      received: String(value),
    });
  }
  return Array.from({ length: classes }, (_, c) => {
    const map = Float32Array.from(data, (value) => (value === c ? 1 : 0));
    geometry.spacing.forEach((mm, axis) => blurAxis(map, geometry.dims, axis, borderSigma / mm));
    return map.map((p) => Math.min(1 - leastProbability, Math.max(leastProbability, p)));
  });
}

function checkedShare(data: Volume['data'], file: string): Float32Array {
  for (const p of data) {
    if (p >= -1e-6 && p <= 1 + 1e-6) continue;
    throw new GeoscribeError('InvalidVolumeError', 'Prediction holds a value that is no probability', {
      file,
      expected: 'values from 0 to 1',
      received: String(p),
    });
  }
  return Float32Array.from(data);
}

/** Gaussian along one axis of `dims` (0 = x), in place, cut at 4 sigma, edge values continued. */
function blurAxis(map: Float32Array, dims: readonly number[], axis: number, sigma: number): void {
  const radius = Math.ceil(4 * sigma);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-0.5 * ((k - radius) / sigma) ** 2));
  const total = kernel.reduce((a, b) => a + b, 0);
  const n = dims[axis]!;
  const stride = dims.slice(0, axis).reduce((a, b) => a * b, 1);
  const line = new Float32Array(n);
  for (let start = 0; start < map.length; start++) {
    if (Math.floor(start / stride) % n !== 0) continue;
    for (let i = 0; i < n; i++) line[i] = map[start + i * stride]!;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) sum += kernel[k + radius]! * line[Math.min(n - 1, Math.max(0, i + k))]!;
      map[start + i * stride] = sum / total;
    }
  }
}

function normalised(probability: Float32Array, classes: number): Float32Array {
  const voxels = probability.length / classes;
  for (let voxel = 0; voxel < voxels; voxel++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += probability[c * voxels + voxel]!;
    for (let c = 0; c < classes; c++) probability[c * voxels + voxel]! /= sum;
  }
  return probability;
}
