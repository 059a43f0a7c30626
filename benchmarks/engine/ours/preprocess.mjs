// Our preprocessing of one case, files to arrays, and the voxels of each class that patches may be centred on.
import { join } from 'node:path';
import { readLabelMap, readVolume } from '@geoscribe/core-io/node';
import { classLocations, preprocessImage, preprocessLabel } from '@geoscribe/model';
import { sampled } from '../agreement.mjs';
import { readProblem } from '../problem-folder.mjs';
import { contend } from './contend.mjs';

const [folder] = process.argv.slice(2);
const { plan, sample } = readProblem(folder);
let last;

async function run() {
  const [channels, source] = await Promise.all([readVolume(join(folder, 'image.nii.gz')), readLabelMap(join(folder, 'label.nii.gz'))]);
  const { image, shape, properties } = preprocessImage({ channels, plan, label: source });
  const label = preprocessLabel({ label: source, properties, plan });
  classLocations({ label, classes: plan.dataset.labels.length, seed: 0 });
  last = { image, shape, label };
}

function result() {
  const labels = plan.dataset.labels.map(() => 0);
  for (const value of last.label) labels[value] += 1;
  return { shape: last.shape, image: sampled(last.image, sample), labels: labels.slice(1) };
}

await contend({ open: async () => ({ precision: 'float32', run }), result });
