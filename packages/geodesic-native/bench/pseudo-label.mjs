// Times the geodesic transform on a synthetic CT-like volume of 512 x 512 x 150 voxels, 3 classes.
//
//   npm run -w packages/geodesic-native bench [-- --threads N] [--runs N]
//
// w_d 0.01, w_g 1, w_p 0.1, cutoff 5, 6 neighbours. One line a figure on stdout: the median of the runs in seconds.
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { geodesicDistance, pseudoLabel } from '../dist/index.js';

const dims = [512, 512, 150];
const spacing = [0.8, 0.8, 1.5];
const classes = 3;
const n = dims[0] * dims[1] * dims[2];

function option(name, fallback) {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

/** Deterministic noise in [-0.5, 0.5). */
function noise() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** Two ellipsoid organs and a bone in a body in air, with noise; the network is unsure around their surfaces. */
function phantom() {
  const random = noise();
  const image = new Float32Array(n);
  const probability = new Float32Array(classes * n);
  const originLabel = new Uint8Array(n);
  const ellipsoid = (x, y, z, cx, cy, cz, rx, ry, rz) => Math.hypot((x - cx) / rx, (y - cy) / ry, (z - cz) / rz);
  for (let z = 0, v = 0; z < dims[2]; z += 1) {
    for (let y = 0; y < dims[1]; y += 1) {
      for (let x = 0; x < dims[0]; x += 1, v += 1) {
        const body = ellipsoid(x, y, z, 256, 256, 75, 230, 180, 140);
        const organs = [ellipsoid(x, y, z, 170, 230, 75, 95, 80, 60), ellipsoid(x, y, z, 350, 260, 80, 60, 70, 50)];
        const bone = ellipsoid(x, y, z, 256, 400, 75, 40, 30, 200);
        const inside = organs.findIndex((radius) => radius < 1);
        image[v] = (body > 1 ? -3 : bone < 1 ? 3 : inside < 0 ? 0 : 0.8 + 0.6 * inside) + 0.3 * random();
        let rest = 1;
        organs.forEach((radius, organ) => {
          const p = 0.98 / (1 + Math.exp(12 * (radius - 1)));
          probability[(organ + 1) * n + v] = p;
          rest -= p;
        });
        probability[v] = Math.max(0, rest);
        originLabel[v] = inside < 0 ? 0 : inside + 1;
      }
    }
  }
  const seeds = new Uint8Array(n).fill(255);
  const stroke = (label, x0, y, z) => seeds.fill(label, x0 + dims[0] * (y + dims[1] * z), x0 + 60 + dims[0] * (y + dims[1] * z));
  stroke(0, 230, 340, 70);
  stroke(1, 140, 230, 75);
  stroke(2, 320, 260, 80);
  return { image, probability, originLabel, seeds };
}

async function median(runs, job) {
  const seconds = [];
  for (let run = 0; run < runs; run += 1) {
    const begin = performance.now();
    await job();
    seconds.push((performance.now() - begin) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

const runs = option('--runs', 3);
const threads = option('--threads', availableParallelism());
process.stderr.write('making the phantom\n');
const { image, probability, originLabel, seeds } = phantom();
const shared = { dims, spacing, seeds, threads };
const distance = { ...shared, image, classes: [{ seedClass: 1, probability: probability.subarray(n, 2 * n) }] };
const label = { ...shared, image, probability, classes, originLabel };

let last;
const figures = {
  'geodesicDistance, one class': await median(runs, () => geodesicDistance(distance)),
  'pseudoLabel, seeds-only (no transform)': await median(runs, () => pseudoLabel({ ...label, mode: 'seeds-only' })),
  'pseudoLabel, three classes': await median(runs, async () => (last = await pseudoLabel(label))),
};
for (const [name, seconds] of Object.entries(figures)) process.stdout.write(`${name}: ${seconds.toFixed(2)} s (${threads} threads)\n`);
process.stdout.write(`reached voxels by class: ${last.statistics.reachedVoxels.join(', ')} of ${n}\n`);
