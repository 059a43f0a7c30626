// A real CT with a real, imperfect prediction; strokes where the prediction is wrong.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLabelMap, readVolume } from '@geoscribe/core-io/node';
import { simulateAnnotator } from '@geoscribe/model';
import { gaussian, mean3 } from './blur.mjs';

const strokes = 10;
const minimumComponent = 200;

/**
 * Background and liver, 512 x 512 x 78. The image is normalised as a CT (clipped to the liver's 0.5 and 99.5
 * percentiles, its mean 0, its deviation 1); the probability is the prediction blurred by 2 mm.
 *
 * @param {string} folder holds `ct`, `liver_ground_truth` and `liver_imperfect_prediction` as `.nii.gz`
 * @returns the phantom, or null where the folder is absent
 */
export async function liver(folder) {
  if (!existsSync(folder)) return null;
  const mask = async (file) => Uint8Array.from((await readLabelMap(join(folder, file))).data, (value) => (value > 0 ? 1 : 0));
  const [{ data, geometry }] = await readVolume(join(folder, 'ct.nii.gz'));
  const [truth, prediction] = [await mask('liver_ground_truth.nii.gz'), await mask('liver_imperfect_prediction.nii.gz')];
  const { dims, spacing } = geometry;
  const raw = normalised(data, truth);
  const second = gaussian(Float32Array.from(prediction), dims, spacing, 2).map((p) => Math.min(0.995, Math.max(0.005, p)));
  const probability = new Float32Array(2 * raw.length);
  probability.set(second.map((p) => 1 - p), 0);
  probability.set(second, raw.length);
  const { seedMap } = simulateAnnotator({ prediction, truth, dims, classes: 2, strokesPerCase: strokes, minimumComponent });
  return { name: 'liver', dims, spacing, classes: 2, raw, image: mean3(raw, dims), probability, originLabel: prediction, seeds: seedMap };
}

function normalised(data, truth) {
  const inside = Float32Array.from(data.filter((_, v) => truth[v] === 1)).sort();
  const low = inside[Math.floor(0.005 * (inside.length - 1))];
  const high = inside[Math.ceil(0.995 * (inside.length - 1))];
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
  const deviation = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length);
  return Float32Array.from(data, (value) => (Math.min(high, Math.max(low, value)) - mean) / deviation);
}
