import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareGeometry, encodeNifti, decodeNifti, fromCanonical, scatterSeeds, seedMapFromLabelMap, toCanonical, UNMARKED } from '../src/index.js';
import { listDataset, loadCase, readLabelMap, readVolume } from '../src/node/index.js';
import { sameVoxels } from './helpers/same-voxels.js';
import { hasSharedData, sharedData } from './helpers/shared-data.js';

describe.skipIf(!hasSharedData('Task04_Hippocampus'))('hippocampus, MSD layout', () => {
  const dir = join(sharedData, 'Task04_Hippocampus');
  test('100 labelled cases, each image on the grid of its label', async () => {
    const listing = await listDataset(dir, 'auto');
    expect(listing.layout).toBe('msd');
    expect(listing.description).toEqual({ name: 'Hippocampus', labels: ['background', 'Anterior', 'Posterior'], channels: ['MRI'] });
    expect(listing.cases).toHaveLength(100);
    for (const { id } of listing.cases) {
      const { channels, label, overriddenDeviation } = await loadCase(dir, listing, id, { trustImageGeometry: false });
      expect(overriddenDeviation).toBeUndefined();
      expect(channels[0]!.geometry.spacing).toEqual([1, 1, 1]);
      expect(label!.data).toHaveLength(channels[0]!.data.length);
    }
  });
});

describe.skipIf(!hasSharedData('spinal_cord'))('spinal cord, permuted and oblique', () => {
  const read = async (name: string) => (await readVolume(join(sharedData, 'spinal_cord', name)))[0]!;

  test('form codes differ between image and label, geometries agree', async () => {
    expect(compareGeometry((await read('t2.nii.gz')).geometry, (await read('t2_seg-manual.nii.gz')).geometry)).toEqual({ agree: true, largestDeviation: 0 });
    const { agree, largestDeviation } = compareGeometry((await read('t2s_uncropped.nii.gz')).geometry, (await read('t2s_uncropped_gmseg_manual.nii.gz')).geometry);
    expect(agree).toBe(true);
    // The two headers differ in float32's last digits only.
    expect(largestDeviation).toBeGreaterThan(0);
    expect(largestDeviation).toBeLessThan(1e-4);
  });

  test('T2 has permuted axes; canonical form and back is the identity', async () => {
    const source = await read('t2.nii.gz');
    const { volume, orientation } = toCanonical(source);
    // Source x runs to Posterior, y to Superior, z to Right: what nibabel's aff2axcodes calls P, S, R.
    expect(orientation).toEqual({ axes: [2, 0, 1], flips: [false, true, false] });
    expect(volume.geometry.dims).toEqual([52, 60, 55]);
    const back = fromCanonical(volume, orientation);
    expect(back.geometry).toEqual(source.geometry);
    expect(sameVoxels(back.data, source.data)).toBe(true);
  });

  test('T2* states slope 0 beside its labels: both keep their stored type', async () => {
    expect((await read('t2s_uncropped.nii.gz')).data).toBeInstanceOf(Uint8Array);
    const label = await readLabelMap(join(sharedData, 'spinal_cord', 't2s_uncropped_gmseg_manual.nii.gz'));
    expect(new Set(label.data)).toEqual(new Set([0, 1]));
  });

  test('the oblique T2* survives writing and reading, by sform and by qform alone', async () => {
    const source = await read('t2s_uncropped.nii.gz');
    const bytes = encodeNifti(source);
    const [back] = decodeNifti(bytes, { file: 'sform' });
    expect(back!.geometry).toEqual(source.geometry);
    expect(sameVoxels(back!.data, source.data)).toBe(true);
    new DataView(bytes.buffer).setInt16(254, 0, true);
    expect(compareGeometry(decodeNifti(bytes, { file: 'qform' })[0]!.geometry, source.geometry).agree).toBe(true);
  });
});

describe.skipIf(!hasSharedData('acdc_scribbles'))('ACDC scribbles, 4 = unmarked', () => {
  const folder = join(sharedData, 'acdc_scribbles', 'scribblesTr');
  test('20 seed maps with strokes of all four classes', async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.nii.gz'));
    expect(names).toHaveLength(20);
    const classes = new Set<number>();
    for (const file of names) {
      const labelMap = await readLabelMap(join(folder, file));
      const seeds = seedMapFromLabelMap(labelMap, { classes: 4, unmarked: 4, file });
      expect(seeds.data.every((seed, k) => seed === (labelMap.data[k] === 4 ? UNMARKED : labelMap.data[k]))).toBe(true);
      seeds.data.forEach((seed) => classes.add(seed));
      const [image] = await readVolume(join(sharedData, 'acdc_scribbles', 'imagesTr', file));
      expect(compareGeometry(image!.geometry, seeds.geometry).agree).toBe(true);
      expect(sameVoxels(scatterSeeds(seeds, image!.geometry).seedMap, seeds.data)).toBe(true);
    }
    expect(classes).toEqual(new Set([0, 1, 2, 3, UNMARKED]));
  });
});

describe.skipIf(!hasSharedData('totalsegmentator_ct_dicom'))('TotalSegmentator labels', () => {
  test('voxels lie behind a header extension of 12 KiB, the qform is not set', async () => {
    const { geometry, data } = await readLabelMap(join(sharedData, 'totalsegmentator_ct_dicom', 'machine_labels.nii.gz'));
    expect(geometry.dims).toEqual([512, 512, 20]);
    expect(geometry.spacing).toEqual([0.9765625, 0.9765625, 2]);
    expect(geometry.affine.map((entry) => entry + 0)).toEqual([-0.9765625, 0, 0, 249.51171875, 0, 0.9765625, 0, -61.51171875, 0, 0, 2, -804.5, 0, 0, 0, 1]);
    expect(data.some((value) => value > 0)).toBe(true);
  });
});
