// Child process: the peak memory of one of our implementations beyond inputs and touched outputs.
//
//   node peak-memory.mjs FOLDER ALGORITHM THREADS      (FOLDER as problem-folder.mjs writes it; MiB on stdout)
import { verifyFixedPoint } from '@geoscribe/geodesic-native';
import { settle, watchPeak } from '../shared/resident-memory.mjs';
import { readProblem } from './problem-folder.mjs';
import { distanceProblem, timeTransform, touchedOutputs } from './transform.mjs';

const [folder, algorithm, threads] = process.argv.slice(2);
const phantom = readProblem(folder);
const tiny = { dims: [8, 8, 8], spacing: [1, 1, 1], classes: 1, image: new Float32Array(512), seeds: new Uint8Array(512), probability: new Float32Array(512) };
const outputs = touchedOutputs(phantom);
// Loads the addon, and takes nothing that a transform would use again.
await verifyFixedPoint({ ...distanceProblem(tiny), distances: [new Float32Array(512)] });
await settle();
const peak = watchPeak();
await timeTransform(phantom, { algorithm, threads: Number(threads), outputs });
process.stdout.write(`${peak()}\n`);
