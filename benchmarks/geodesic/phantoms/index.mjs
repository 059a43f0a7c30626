import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whiteNoise, maze } from './labyrinths.mjs';
import { liver } from './liver.mjs';
import { ct, mr } from './organs.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const liverFolder = join(root, '..', 'shared', 'data', 'chaos_liver_ct');

/**
 * @typedef {object} Phantom n = nx * ny * nz, arrays flat with x fastest
 * @property {string} name
 * @property {[number, number, number]} dims
 * @property {[number, number, number]} spacing mm
 * @property {number} classes
 * @property {Float32Array} raw [n] image before smoothing
 * @property {Float32Array} image [n] what every transform is given
 * @property {Float32Array} probability [classes * n]
 * @property {Uint8Array} originLabel [n]
 * @property {Uint8Array} seeds [n], 255 = unmarked
 */

const makers = { ct, mr, maze, noise: whiteNoise, liver: () => liver(liverFolder) };

export const phantomNames = Object.keys(makers);

/** @returns {Promise<Phantom | null>} null where the data are absent */
export async function makePhantom(name) {
  return makers[name]();
}
