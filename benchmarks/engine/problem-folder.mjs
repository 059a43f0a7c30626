// A problem on disk: what the processes of both implementations read.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '@geoscribe/core-io';

/**
 * Writes `problem.json`, and each array as `<name>.npy`.
 *
 * @param {string} folder made if absent
 * @param {object} problem plain JSON
 * @param {Record<string, {shape: number[], data: import('@geoscribe/core-io').VoxelArray}>} arrays the last axis fastest
 */
export function writeProblem(folder, problem, arrays = {}) {
  mkdirSync(folder, { recursive: true });
  for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, `${name}.npy`), encodeNpy(array));
  writeFileSync(join(folder, 'problem.json'), JSON.stringify(problem));
}

export function readProblem(folder) {
  return JSON.parse(readFileSync(join(folder, 'problem.json'), 'utf8'));
}

/** @returns {{shape: number[], data: import('@geoscribe/core-io').VoxelArray}} */
export function readArray(folder, name) {
  return decodeNpy(readFileSync(join(folder, `${name}.npy`)), { file: `${name}.npy` });
}
