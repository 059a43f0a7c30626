// The transform alone, without training: one liver CT and another system's imperfect prediction of it.
import { join } from 'node:path';
import { campaignConfigSchema } from '@geoscribe/campaign';
import { readLabelMap, readVolume } from '@geoscribe/core-io/node';
import { pseudoLabel } from '@geoscribe/geodesic-native';
import { distanceWeight, propagationRule, pseudoLabelQuality, simulateAnnotator } from '@geoscribe/model';

/** mm; inscribed ball of livers, see method.md section 2.1. */
const thickness = 88;
/** Voxels around the liver that are kept. */
const margin = 30;
/** mm: no probability exists, so it is the prediction blurred by so much. */
const blur = 2;
const leastProbability = 0.005;
/** Voxels from which an error counts. */
const minimumComponent = 200;

const rules = [
  ['seeds-only', {}, 'seeds-only'],
  ['reference', {}, 'reference'],
  ['method', {}],
  ['beta 6', { beta: 6 }],
  ['beta 4', { beta: 4 }],
  ['beta 8', { beta: 8 }],
  ['w_d 0.03', { distanceWeight: 0.03 }],
  ['w_d 0.1', { distanceWeight: 0.1 }],
  ['no gate', { gate: 'none' }],
  ['w_g 0, no gate (a ball)', { gradientWeight: 0, gate: 'none' }],
];

/**
 * What each rule makes of the prediction.
 *
 * @returns rows `{ rule, dice, weighted, mended, broken }`, the last two as shares of the prediction's wrong voxels; the
 *   first row is the prediction's
 */
export async function liver({ root, strokes: strokesPerCase, say }) {
  const { dims, spacing, image, truth, origin } = await readCase(join(root, 'chaos_liver_ct'));
  const probability = probabilitiesOf(origin, dims, spacing);
  const { seedMap: seeds, strokes, markedVoxels } = simulateAnnotator({
    prediction: origin, truth, dims, classes: 2, strokesPerCase, minimumComponent,
  });
  say(`liver: ${dims.join(' x ')} voxels, ${strokes.length} strokes, ${markedVoxels} voxels marked`);
  const { geodesic } = campaignConfigSchema.parse({ name: 'liver', dataset: { dir: '.' }, cases: { scribbled: [] } });
  const classWeight = distanceWeight({ thickness: [thickness, thickness], spacing: [...spacing].reverse() });
  const wrong = count(origin, (label, v) => label !== truth[v]);
  const rows = [];
  for (const [rule, changes, mode = 'posterior'] of rules) {
    const settings = { ...geodesic, ...changes, mode: 'posterior' };
    const made = await pseudoLabel({
      dims, spacing, image: [image], probability, classes: 2, originLabel: origin, seeds,
      ...propagationRule({ settings, mode, classWeight, stroked: { seeds, originLabel: origin, probability } }),
    });
    const { before, after, afterWeighted } = pseudoLabelQuality({ ...made, prediction: origin, reference: truth, classes: 2 });
    if (rows.length === 0) rows.push({ rule: 'the prediction', dice: before });
    const mended = count(origin, (label, v) => label !== truth[v] && made.pseudoLabel[v] === truth[v]) / wrong;
    const broken = count(origin, (label, v) => label === truth[v] && made.pseudoLabel[v] !== truth[v]) / wrong;
    rows.push({ rule, dice: after, weighted: afterWeighted, mended, broken });
  }
  return rows;
}

const count = (values, matches) => values.reduce((sum, value, v) => sum + (matches(value, v) ? 1 : 0), 0);

/** Image (normalised like a CT), truth and prediction around the liver. */
async function readCase(dir) {
  const [[ct], truth, prediction] = await Promise.all([
    readVolume(join(dir, 'ct.nii.gz')),
    readLabelMap(join(dir, 'liver_ground_truth.nii.gz')),
    readLabelMap(join(dir, 'liver_imperfect_prediction.nii.gz')),
  ]);
  const { dims: whole, spacing } = ct.geometry;
  const [begin, end] = [[...whole], [0, 0, 0]];
  truth.data.forEach((label, v) => {
    if (label === 0 && prediction.data[v] === 0) return;
    [v % whole[0], Math.floor(v / whole[0]) % whole[1], Math.floor(v / (whole[0] * whole[1]))].forEach((at, axis) => {
      begin[axis] = Math.min(begin[axis], Math.max(0, at - margin));
      end[axis] = Math.max(end[axis], Math.min(whole[axis], at + margin + 1));
    });
  });
  const dims = begin.map((from, axis) => end[axis] - from);
  const cut = (data, target) => {
    let i = 0;
    for (let z = begin[2]; z < end[2]; z++) {
      for (let y = begin[1]; y < end[1]; y++) {
        const row = whole[0] * (y + whole[1] * z);
        for (let x = begin[0]; x < end[0]; x++) target[i++] = data[row + x];
      }
    }
    return target;
  };
  const voxels = dims[0] * dims[1] * dims[2];
  const mask = ({ data }) => cut(data, new Uint8Array(voxels)).map((label) => (label > 0 ? 1 : 0));
  const [inside, predicted] = [mask(truth), mask(prediction)];
  return { dims, spacing, truth: inside, origin: predicted, image: normalised(cut(ct.data, new Float32Array(voxels)), inside) };
}

function normalised(image, inside) {
  const liverValues = image.filter((_, v) => inside[v] === 1).sort();
  const quantile = (share) => liverValues[Math.round(share * (liverValues.length - 1))];
  const [low, high] = [quantile(0.005), quantile(0.995)];
  const mean = liverValues.reduce((sum, value) => sum + value, 0) / liverValues.length;
  const deviation = Math.sqrt(liverValues.reduce((sum, value) => sum + (value - mean) ** 2, 0) / liverValues.length);
  return image.map((value) => (Math.min(high, Math.max(low, value)) - mean) / deviation);
}

function probabilitiesOf(mask, dims, spacing) {
  let blurred = Float32Array.from(mask);
  let stride = 1;
  dims.forEach((size, axis) => {
    blurred = blurredAlong(blurred, { size, stride, sigma: blur / spacing[axis] });
    stride *= size;
  });
  const liverClass = blurred.map((p) => Math.min(1 - leastProbability, Math.max(leastProbability, p)));
  const probability = new Float32Array(2 * mask.length);
  probability.set(liverClass.map((p) => 1 - p));
  probability.set(liverClass, mask.length);
  return probability;
}

/** Gaussian of four standard deviations; the volume is mirrored at its faces. */
function blurredAlong(values, { size, stride, sigma }) {
  const reach = Math.ceil(4 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.map((_, v) => {
    const at = Math.floor(v / stride) % size;
    let sum = 0;
    weights.forEach((weight, i) => {
      const to = at + i - reach;
      const mirrored = to < 0 ? -to - 1 : to >= size ? 2 * size - 1 - to : to;
      sum += weight * values[v + (mirrored - at) * stride];
    });
    return sum / total;
  });
}
