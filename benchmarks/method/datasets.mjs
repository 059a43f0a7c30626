// The real data sets of the table, as the engine wants them.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listDataset } from '@geoscribe/core-io/node';
import { cardiacRoles, hippocampusRoles } from './protocol.mjs';

/**
 * @typedef {object} Dataset
 * @property {string} dir
 * @property {{name: string, labels: string[], channels: string[]}} description
 * @property {Record<string, {images: string[], label: string, scribbles?: string}>} files by case, relative to `dir`
 * @property {number} [unmarked] value of the scribble files that means "no mark"; absent: the simulated annotator draws
 * @property {object} [schedule] changed settings of preliminary training and fine-tuning
 * @property {(seed: number) => {full: string[], scribbled: string[], choosing: string[], test: string[]}} roles
 */

/** @type {Record<string, (root: string) => Promise<Dataset>>} */
export const datasets = {
  async hippocampus(root) {
    const dir = join(root, 'Task04_Hippocampus');
    const { description, cases } = await listDataset(dir, 'msd');
    const labelled = cases.filter(({ label }) => label !== undefined);
    const files = Object.fromEntries(labelled.map(({ id, images, label }) => [id, { images, label }]));
    return { dir, description, files, roles: (seed) => hippocampusRoles(Object.keys(files), seed) };
  },
  async acdc(root) {
    const dir = join(root, 'acdc_scribbles');
    const names = (await readdir(join(dir, 'imagesTr'))).filter((name) => name.endsWith('.nii.gz'));
    const files = Object.fromEntries(
      names.map((name) => [
        name.replace('.nii.gz', ''),
        { images: [`imagesTr/${name}`], label: `labelsTr/${name}`, scribbles: `scribblesTr/${name}` },
      ]),
    );
    const description = { name: 'ACDC', labels: ['background', 'right ventricle', 'myocardium', 'left ventricle'], channels: ['MRI'] };
    // A patch has three times as many voxels as one of hippocampus.
    const schedule = { preliminary: { epochs: 10 }, fineTuning: { epochs: 2 } };
    return { dir, description, files, unmarked: 4, schedule, roles: (seed) => cardiacRoles(Object.keys(files), seed) };
  },
};
