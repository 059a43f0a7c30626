// The works: each one input, the same for both implementations.
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toTensorShape } from '@geoscribe/core-io';
import { readLabelMap, writeVolume } from '@geoscribe/core-io/node';
import { makePhantom } from '@geoscribe/core-io/testing';
import { networkSpec, planExperiment } from '@geoscribe/model';
import { encodeSafetensors, Network } from '@geoscribe/torch-native';
import { nnunetPlans } from './nnunet-plans.mjs';
import { writeProblem } from './problem-folder.mjs';
import { sample, threads } from './settings.mjs';

const liver = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/data/chaos_liver_ct');

/**
 * @typedef {object} Work
 * @property {string} work
 * @property {string} name file name of its programs, without ending
 * @property {string[]} precisions of ours: `auto` is what the engine chooses
 * @property {number} rounds in which the implementations alternate, after one run that warms up
 * @property {number} runs of each in a round
 * @property {Record<string, number>} tolerance greatest relative difference of the results, by our precision
 * @property {(folder: string) => Promise<string>} make writes the problem and returns the input's name
 */

/** @type {Work[]} */
export const works = [
  // nnU-Net takes the targets of the coarse heads from the middle of a block of voxels, ours from its corner; with the
  // same targets the float32 losses have the same bits.
  { work: 'train-step', name: 'train-step', precisions: ['auto', 'float32'], rounds: 4, runs: 5, tolerance: { float32: 1e-4, bfloat16: 1e-2 }, make: makeTrainStep },
  // nnU-Net adds logits in float16, ours adds probabilities in float32; bfloat16 has 8 bits.
  { work: 'predict', name: 'predict', precisions: ['auto', 'float32'], rounds: 3, runs: 1, tolerance: { float32: 2e-2, bfloat16: 3e-2 }, make: makePredict },
  { work: 'preprocess', name: 'preprocess', precisions: ['float32'], rounds: 3, runs: 1, tolerance: { float32: 1e-5 }, make: makePreprocess },
  { work: 'surface-metrics', name: 'surface-metrics', precisions: ['float64'], rounds: 3, runs: 1, tolerance: { float64: 1e-5 }, make: makeSurfaceMetrics },
];

const cases = 60;

/** The `cpu-small` plan of a data set whose cases are all alike. */
function planFor({ spacing, shape, labels, channel, intensities }) {
  const fingerprint = {
    spacings: Array(cases).fill(spacing), shapesAfterCrop: Array(cases).fill(shape), medianRelativeSizeAfterCrop: 1,
    foregroundIntensities: [intensities],
  };
  return planExperiment({ fingerprint, dataset: { name: 'benchmark', labels, channels: [channel] }, budget: 'cpu-small' });
}

const organs = ['background', 'large organ', 'small organ'];
const mr = { labels: organs, channel: 'MR', intensities: { mean: 120, median: 130, std: 45, min: 20, max: 230, percentile00_5: 40, percentile99_5: 200 } };

/** Image z-scored, lesion taken as part of its organ. */
function phantomOf(seed, shape) {
  const { image, label } = makePhantom({ seed, dims: toTensorShape(shape), spacing: [1, 1, 1] });
  const mean = image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
  const deviation = Math.sqrt(image.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.data.length);
  return { image: image.data.map((value) => (value - mean) / deviation), label: label.data.map((value) => (value === 3 ? 1 : value)) };
}

/** The problem with the network's plan for both, and weights for both. */
async function writeNetworkProblem(folder, plan, more, arrays) {
  writeProblem(folder, { plan, ...nnunetPlans(plan), threads, ...more }, arrays);
  const network = await Network.create({ spec: networkSpec(plan), seed: 1 });
  writeFileSync(join(folder, 'weights.safetensors'), encodeSafetensors(await network.tensors()));
  network.dispose();
}

async function makeTrainStep(folder) {
  const plan = planFor({ spacing: [1, 1, 1], shape: [36, 50, 35], ...mr });
  const phantoms = Array.from({ length: plan.batch }, (_, k) => phantomOf(k + 1, plan.patch));
  const joined = (arrays, Type) => {
    const whole = new Type(arrays.length * arrays[0].length);
    for (const [k, array] of arrays.entries()) whole.set(array, k * array.length);
    return whole;
  };
  // The constants that nnU-Net's trainer has, whatever our preset says.
  const optimizer = { learningRate: 0.01, momentum: 0.99, weightDecay: 3e-5, gradientClip: 12 };
  await writeNetworkProblem(folder, plan, { optimizer }, {
    batch: { shape: [plan.batch, 1, ...plan.patch], data: joined(phantoms.map(({ image }) => image), Float32Array) },
    label: { shape: [plan.batch, ...plan.patch], data: joined(phantoms.map(({ label }) => label), Uint8Array) },
  });
  return `${plan.batch} x ${plan.patch.join('x')}, base ${plan.baseFeatures}, ${plan.stages.length} stages, ${organs.length} classes`;
}

async function makePredict(folder) {
  const shape = [128, 144, 128];
  const plan = planFor({ spacing: [1, 1, 1], shape, ...mr });
  await writeNetworkProblem(folder, plan, { sample }, { image: { shape: [1, ...shape], data: phantomOf(1, shape).image } });
  return `${shape.join('x')}, patch ${plan.patch.join('x')}, base ${plan.baseFeatures}, ${plan.stages.length} stages, ${organs.length} classes`;
}

async function makePreprocess(folder) {
  const [dims, spacing] = [[256, 256, 100], [0.8, 0.8, 2]];
  const target = [1.5, 1, 1];
  const plan = planFor({
    spacing: target, shape: [133, 205, 205], labels: organs, channel: 'CT',
    intensities: { mean: 60, median: 80, std: 90, min: -200, max: 350, percentile00_5: -150, percentile99_5: 250 },
  });
  const { image, label } = makePhantom({ seed: 1, dims, spacing });
  const hounsfield = Int16Array.from(image.data, (value) => Math.round(2 * (value - 100)));
  writeProblem(folder, { plan, ...nnunetPlans(plan), threads, sample });
  await writeVolume(join(folder, 'image.nii.gz'), { geometry: image.geometry, data: hounsfield });
  await writeVolume(join(folder, 'label.nii.gz'), { geometry: label.geometry, data: label.data.map((value) => (value === 3 ? 1 : value)) });
  return `CT ${dims.join('x')} of ${spacing.join('x')} mm to ${target.toReversed().join('x')} mm`;
}

/** The liver of the public CT with a real, imperfect prediction; without it a phantom of that size and one that is shifted. */
async function makeSurfaceMetrics(folder) {
  const pair = existsSync(liver) ? await liverPair() : phantomPair();
  const { dims, spacing, prediction, reference, name } = pair;
  const shape = toTensorShape(dims);
  writeProblem(folder, { threads, tolerance: 2, spacing: toTensorShape(spacing) }, {
    prediction: { shape, data: prediction }, reference: { shape, data: reference },
  });
  return `${name} ${dims.join('x')} of ${spacing.map((size) => Number(size.toFixed(3))).join('x')} mm`;
}

async function liverPair() {
  const mask = async (file) => {
    const { data, geometry } = await readLabelMap(join(liver, `${file}.nii.gz`));
    return { data: Uint8Array.from(data, (value) => (value > 0 ? 1 : 0)), geometry };
  };
  const [reference, prediction] = [await mask('liver_ground_truth'), await mask('liver_imperfect_prediction')];
  return { name: 'liver', ...reference.geometry, prediction: prediction.data, reference: reference.data };
}

function phantomPair() {
  const [dims, spacing] = [[512, 512, 78], [0.727, 0.727, 2]];
  const { label } = makePhantom({ seed: 1, dims, spacing });
  const reference = label.data.map((value) => (value === 1 || value === 3 ? 1 : 0));
  const shift = 3 + dims[0] * (2 + dims[1]);
  const prediction = new Uint8Array(reference.length);
  prediction.set(reference.subarray(0, -shift), shift);
  return { name: 'phantom', dims, spacing, prediction, reference };
}
