import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vec3 } from '../index.js';
import { writeVolume } from '../node/index.js';
import { makePhantom, phantomLabels } from './make-phantom.js';

export interface PhantomDatasetOptions {
  /** Number of cases, all labelled. */
  cases: number;
  /** Case k is `makePhantom({ seed: seed * 1000 + k })`. */
  seed: number;
  dims?: Vec3;
  spacing?: Vec3;
}

/**
 * Writes phantoms as a data set in MSD layout: `dataset.json`, `imagesTr`, `labelsTr`.
 *
 * `dir`: folder, made if absent.
 *
 * Returns the ids: `phantom_000`, `phantom_001`, ...
 */
export async function writePhantomDataset(dir: string, { cases, seed, ...grid }: PhantomDatasetOptions): Promise<string[]> {
  await mkdir(join(dir, 'imagesTr'), { recursive: true });
  await mkdir(join(dir, 'labelsTr'), { recursive: true });
  const ids = Array.from({ length: cases }, (_, k) => `phantom_${String(k).padStart(3, '0')}`);
  for (const [k, id] of ids.entries()) {
    const { image, label } = makePhantom({ seed: seed * 1000 + k, ...grid });
    await writeVolume(join(dir, 'imagesTr', `${id}.nii.gz`), image);
    await writeVolume(join(dir, 'labelsTr', `${id}.nii.gz`), label);
  }
  const json = {
    name: 'Phantom',
    description: 'Made-up subjects: two organs and a lesion in textured noise',
    tensorImageSize: '3D',
    modality: { '0': 'MRI' },
    labels: Object.fromEntries(phantomLabels.map((name, value) => [String(value), name])),
    numTraining: cases,
    numTest: 0,
    training: ids.map((id) => ({ image: `./imagesTr/${id}.nii.gz`, label: `./labelsTr/${id}.nii.gz` })),
    test: [],
  };
  await writeFile(join(dir, 'dataset.json'), `${JSON.stringify(json, null, 1)}\n`);
  return ids;
}
