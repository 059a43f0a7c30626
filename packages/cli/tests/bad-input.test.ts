import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Volume } from '@geoscribe/core-io';
import { readVolume, writeVolume } from '@geoscribe/core-io/node';
import { writePhantomDataset } from '@geoscribe/core-io/testing';
import { runCommand } from './support/run-command.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-bad-input-'));
  await writePhantomDataset(folder, { cases: 3, seed: 0, dims: [16, 16, 12] });
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...parameters: string[]) => runCommand({ directory: folder }, ...parameters);

/** Rewrites a volume of the data set. */
async function change(file: string, edit: (volume: Volume) => Volume): Promise<void> {
  const [volume] = await readVolume(join(folder, file));
  await writeVolume(join(folder, file), edit(volume!));
}

async function changeJson(edit: (json: Record<string, unknown>) => object): Promise<void> {
  const file = join(folder, 'dataset.json');
  await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)));
}

const image = 'imagesTr/phantom_001.nii.gz';
const label = 'labelsTr/phantom_001.nii.gz';
const floats = ({ geometry, data }: Volume, at: number, value: number): Volume => {
  const changed = Float32Array.from(data);
  changed[at] = value;
  return { geometry, data: changed };
};

/** What is done to the data set, and what the error says: file, field or place, expected, received, next step. */
const faults: [string, () => Promise<void>, RegExp][] = [
  [
    'a label that the table does not name',
    () => change(label, (volume) => floats(volume, 17, 9)),
    /labelsTr\/phantom_001.*voxel \[1, 1, 0\].*expected labels 0 to 3 \(.*but received 9.*Name the label in dataset\.json/s,
  ],
  [
    'a label that is no whole number',
    () => change(label, (volume) => floats(volume, 17, 1.5)),
    /labelsTr\/phantom_001.*voxel \[1, 1, 0\].*expected a whole number.*but received 1\.5.*label map and not an image/s,
  ],
  [
    'a label of another size than its image',
    () => change(label, ({ geometry, data }) => ({ geometry: { ...geometry, dims: [16, 16, 11] }, data: data.slice(0, 16 * 16 * 11) })),
    /labelsTr\/phantom_001.*dims.*expected 16 x 16 x 12 but received 16 x 16 x 11.*Resample the file/s,
  ],
  [
    'a label elsewhere than its image',
    () => change(label, ({ geometry, data }) => ({ geometry: { ...geometry, affine: geometry.affine.map((v, k) => (k === 3 ? v + 5 : v)) }, data })),
    /labelsTr\/phantom_001.*affine.*but received a largest deviation of 5\.000 mm.*--trust-image-geometry/s,
  ],
  [
    'NaN in the image',
    () => change(image, (volume) => floats(volume, 3, NaN)),
    /imagesTr\/phantom_001.*MRI, voxel \[3, 0, 0\].*expected finite intensities but received NaN.*Replace missing voxels/s,
  ],
  [
    'a constant image',
    () => change(image, ({ geometry, data }) => ({ geometry, data: new Int16Array(data.length).fill(7) })),
    /imagesTr\/phantom_001.*expected more than one intensity but received 7 in every voxel.*Export the image again/s,
  ],
  [
    'fewer channels than dataset.json names',
    () => changeJson((json) => ({ ...json, modality: { 0: 'T1', 1: 'T2' } })),
    /imagesTr\/phantom_00\d.*dim\[4\].*expected 2 \(T1, T2\) but received 1.*correct the channels in dataset\.json/s,
  ],
  [
    'no foreground in any case',
    async () => {
      for (const k of [0, 1, 2]) await change(`labelsTr/phantom_00${k}.nii.gz`, ({ geometry, data }) => ({ geometry, data: new Uint8Array(data.length) }));
    },
    /No foreground voxel in any of 3 cases \(phantom_000, phantom_001, phantom_002\).*label.*Check that these labels/s,
  ],
  [
    'no labels',
    async () => {
      await rm(join(folder, 'labelsTr'), { recursive: true });
      await changeJson((json) => ({ ...json, training: [0, 1, 2].map((k) => `imagesTr/phantom_00${k}.nii.gz`) }));
    },
    /labelsTr.*expected a label for at least one case of imagesTr but received 3 cases without.*Put label maps/s,
  ],
  [
    'no case',
    async () => {
      await rm(join(folder, 'imagesTr'), { recursive: true });
      await changeJson((json) => ({ ...json, training: [] }));
    },
    /dataset\.json, training.*expected entries in "training".*but received none.*Put the images into imagesTr/s,
  ],
];

describe('geoscribe plan', () => {
  it.each(faults)('refuses %s: file, field, expected, received, next step', async (_name, damage, said) => {
    await damage();
    const { code, out, err } = await run('plan', folder);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(said);
  });

  it('refuses channels of different geometry', async () => {
    const [volume] = await readVolume(join(folder, image));
    for (const k of [0, 1, 2]) {
      const { geometry, data } = (await readVolume(join(folder, `imagesTr/phantom_00${k}.nii.gz`)))[0]!;
      for (const channel of [0, 1]) await writeVolume(join(folder, `imagesTr/phantom_00${k}_000${channel}.nii.gz`), { geometry, data });
    }
    const { dims, spacing } = volume!.geometry;
    const shifted = volume!.geometry.affine.map((v, at) => (at === 7 ? v - 4 : v));
    await writeVolume(join(folder, 'imagesTr/phantom_001_0001.nii.gz'), { geometry: { dims, spacing, affine: shifted }, data: volume!.data });
    await changeJson(({ labels }) => ({ channel_names: { 0: 'T1', 1: 'T2' }, labels: Object.fromEntries(Object.entries(labels as object).map(([k, name]) => [name, Number(k)])), file_ending: '.nii.gz' }));
    const { code, err } = await run('plan', folder);
    expect(code).toBe(3);
    expect(err).toMatch(/phantom_001_0001.*affine.*but received a largest deviation of 4\.000 mm/s);
  });

  it('takes a case without foreground for its spacing and size', async () => {
    await change(label, ({ geometry, data }) => ({ geometry, data: new Uint8Array(data.length) }));
    expect((await run('plan', folder)).code).toBe(0);
  });
});

describe('geoscribe train', () => {
  const said = /imagesTr\/phantom_001.*MRI, voxel \[3, 0, 0\].*expected finite intensities but received NaN/s;

  it('refuses the same when it makes the plan, and leaves nothing behind', async () => {
    await change(image, (volume) => floats(volume, 3, NaN));
    const { code, out, err } = await run('train', folder, '--output', join(folder, 'run'), '--fold', 'all');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(said);
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });

  it('refuses the same with a plan made before', async () => {
    const plan = join(folder, 'plan.json');
    expect((await run('plan', folder, '--output', plan)).code).toBe(0);
    await change(image, (volume) => floats(volume, 3, NaN));
    const { code, err } = await run('train', folder, '--output', join(folder, 'run'), '--fold', 'all', '--plan', plan);
    expect(code).toBe(3);
    expect(err).toMatch(said);
  });
});
