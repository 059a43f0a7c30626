// A phantom on disk: for the peers' processes, and for ours that measure memory.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy, encodeNpy, toTensorShape } from '@geoscribe/core-io';
import { allThreads, cutoff, weights } from './settings.mjs';

/**
 * problem.json; image.npy, seeds.npy and, for each class C, probability_C.npy, exact_C.npy, exact_fastgeodis_C.npy:
 * arrays [Z, Y, X].
 */
export function writeProblem(folder, phantom, exact, fastGeodisExact) {
  mkdirSync(folder, { recursive: true });
  const { dims, spacing, classes, image, seeds, probability } = phantom;
  const n = image.length;
  const write = (name, data) => writeFileSync(join(folder, `${name}.npy`), encodeNpy({ shape: toTensorShape(dims), data }));
  write('image', image);
  write('seeds', seeds);
  for (let c = 0; c < classes; c += 1) {
    write(`probability_${c}`, probability.subarray(c * n, (c + 1) * n));
    write(`exact_${c}`, exact[c]);
    write(`exact_fastgeodis_${c}`, fastGeodisExact[c]);
  }
  writeFileSync(join(folder, 'problem.json'), JSON.stringify({ dims, spacing, classes, weights, cutoff, threads: allThreads }));
}

/** @returns what `transform.mjs` needs of the phantom */
export function readProblem(folder) {
  const { dims, spacing, classes } = JSON.parse(readFileSync(join(folder, 'problem.json'), 'utf8'));
  const read = (name) => decodeNpy(readFileSync(join(folder, `${name}.npy`)), { file: `${name}.npy` }).data;
  const [image, seeds] = [read('image'), read('seeds')];
  const probability = new Float32Array(classes * image.length);
  for (let c = 0; c < classes; c += 1) probability.set(read(`probability_${c}`), c * image.length);
  return { dims, spacing, classes, image, seeds, probability };
}
