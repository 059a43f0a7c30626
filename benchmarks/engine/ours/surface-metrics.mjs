// Our overlap and surface metrics of one label.
import { labelScores } from '@geoscribe/model';
import { readArray, readProblem } from '../problem-folder.mjs';
import { contend } from './contend.mjs';

const [folder] = process.argv.slice(2);
const { spacing, tolerance } = readProblem(folder);
let last;

async function open() {
  const [prediction, reference] = [readArray(folder, 'prediction'), readArray(folder, 'reference')];
  const options = { prediction: prediction.data, reference: reference.data, labels: [1], shape: prediction.shape, spacing, tolerance, faces: 'closed' };
  return {
    precision: 'float64',
    async run() {
      [last] = labelScores(options);
    },
  };
}

const result = () => ({ hd95: last.hd95, mssd: last.mssd, assd: last.assd, nsd: last.nsd });
await contend({ open, result });
