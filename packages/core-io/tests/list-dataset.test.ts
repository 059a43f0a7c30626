import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listDataset, trainingCases } from '../src/node/index.js';
import { rejectionOf } from './helpers/error-of.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

/** A folder with `dataset.json` (a string is written as it is) and empty files. */
function dataset(json: unknown, files: string[]): string {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'dataset.json'), typeof json === 'string' ? json : JSON.stringify(json));
  for (const file of files) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), '');
  }
  return dir;
}

const labels = { '0': 'background', '1': 'liver', '2': 'tumour' };
const description = { name: 'Demo', labels: ['background', 'liver', 'tumour'] };

describe('MSD', () => {
  const json = {
    name: 'Demo',
    modality: { '0': 'T2', '1': 'ADC' },
    labels,
    training: [
      { image: './imagesTr/b.nii.gz', label: './labelsTr/b.nii.gz' },
      { image: './imagesTr/a.nii.gz' },
      { image: './imagesTr/d.nii.gz' },
    ],
    test: ['./imagesTs/c.nii.gz'],
  };
  const files = ['imagesTr/a.nii.gz', 'imagesTr/b.nii.gz', 'imagesTr/d.nii.gz', 'imagesTr/._a.nii.gz', 'imagesTs/c.nii.gz', 'labelsTr/b.nii.gz', 'labelsTr/d.nii', 'labelsTr/._a.nii.gz', 'labelsTs/c.nii.gz'];
  const listing = {
    layout: 'msd',
    description: { ...description, channels: ['T2', 'ADC'] },
    cases: [
      { id: 'a', images: ['imagesTr/a.nii.gz'] },
      { id: 'b', images: ['imagesTr/b.nii.gz'], label: 'labelsTr/b.nii.gz' },
      { id: 'c', images: ['imagesTs/c.nii.gz'], label: 'labelsTs/c.nii.gz' },
      { id: 'd', images: ['imagesTr/d.nii.gz'], label: 'labelsTr/d.nii' },
    ],
  };
  test.each(['auto', 'msd'] as const)('layout %s: ids sorted, labels listed or found by presence', async (layout) => {
    expect(await listDataset(dataset(json, files), layout)).toEqual(listing);
  });

  test('cases for training have a label and are not set apart for test', async () => {
    expect(trainingCases(await listDataset(dataset(json, files), 'msd')).map(({ id }) => id)).toEqual(['b', 'd']);
  });

  test.each(['imagesTr/a.nii.gz', 'labelsTr/b.nii.gz', 'imagesTs/c.nii.gz'])('missing %s is an error', async (gone) => {
    const error = await rejectionOf(listDataset(dataset(json, files.filter((file) => file !== gone)), 'msd'));
    expect(error).toMatchObject({ code: 'InvalidDatasetError', detail: { field: gone } });
  });

  test('a path that leaves the folder is an error', async () => {
    const error = await rejectionOf(listDataset(dataset({ ...json, training: [{ image: '../imagesTr/a.nii.gz' }] }, files), 'msd'));
    expect(error.detail.field).toBe('../imagesTr/a.nii.gz');
  });
  test('one name in imagesTr and imagesTs is an error', async () => {
    const doubled = { ...json, test: ['./imagesTs/a.nii.gz'] };
    const error = await rejectionOf(listDataset(dataset(doubled, [...files, 'imagesTs/a.nii.gz']), 'msd'));
    expect(error.message).toContain('Two cases have one id');
  });
  test('a name that cannot be an id is an error', async () => {
    const spaced = { ...json, training: [{ image: 'imagesTr/my case.nii.gz' }] };
    const error = await rejectionOf(listDataset(dataset(spaced, [...files, 'imagesTr/my case.nii.gz']), 'msd'));
    expect(error.detail).toMatchObject({ field: 'my case' });
  });
});

describe('nnU-Net', () => {
  const files = ['imagesTr/b_0000.nii.gz', 'imagesTr/b_0001.nii.gz', 'imagesTr/a_1_0000.nii.gz', 'imagesTr/a_1_0001.nii.gz', 'imagesTs/c_0000.nii.gz', 'imagesTs/c_0001.nii.gz', 'labelsTr/b.nii.gz', 'imagesTr/._b_0000.nii.gz'];
  const cases = [
    { id: 'a_1', images: ['imagesTr/a_1_0000.nii.gz', 'imagesTr/a_1_0001.nii.gz'] },
    { id: 'b', images: ['imagesTr/b_0000.nii.gz', 'imagesTr/b_0001.nii.gz'], label: 'labelsTr/b.nii.gz' },
    { id: 'c', images: ['imagesTs/c_0000.nii.gz', 'imagesTs/c_0001.nii.gz'] },
  ];
  const v2 = { name: 'Demo', channel_names: { '0': 'T2', '1': 'ADC' }, labels: { background: 0, tumour: 2, liver: 1 }, numTraining: 2, file_ending: '.nii.gz' };
  const v1 = { name: 'Demo', modality: { '0': 'T2', '1': 'ADC' }, labels, training: [{ image: './imagesTr/b.nii.gz', label: './labelsTr/b.nii.gz' }, { image: './imagesTr/a_1.nii.gz', label: './labelsTr/a_1.nii.gz' }], test: ['./imagesTs/c.nii.gz'] };

  test.each([['labelsTr/B.nii.gz', 'imagesTr/B_0000.nii.gz'], ['labelsTr/b_1.nii', 'imagesTr/b_1_0000.nii.gz']])('the label %s without an image is an error', async (lost, expected) => {
    const error = await rejectionOf(listDataset(dataset(v2, [...files, lost]), 'auto'));
    expect(error).toMatchObject({ code: 'InvalidDatasetError', detail: { file: lost, expected } });
  });

  test.each([['v2', v2], ['v1', v1]])('%s: several channels, labels by presence', async (_, json) => {
    const expected = { layout: 'nnunet', description: { ...description, channels: ['T2', 'ADC'] }, cases };
    expect(await listDataset(dataset(json, files), 'auto')).toEqual(expected);
    expect(await listDataset(dataset(json, files), 'nnunet')).toEqual(expected);
  });

  test.each([
    ['too many', v2, 3, '2 (as found in imagesTr) or 1 (those with a label)', '3'],
    ['too few', v2, 0, '2 (as found in imagesTr) or 1 (those with a label)', '0'],
    ['a word', v2, '2', '2 (as found in imagesTr) or 1 (those with a label)', '"2"'],
  ])('a numTraining that is not the number of cases is an error: %s', async (_, json, numTraining, expected, received) => {
    const error = await rejectionOf(listDataset(dataset({ ...json, numTraining }, files), 'auto'));
    expect(error).toMatchObject({ code: 'InvalidDatasetError', detail: { field: 'numTraining', expected, received } });
  });

  test.each([['the cases with a label', v2, 1], ['none', v2, undefined], ['that of nnU-Net v1, where lists name the files', v1, 7]])('numTraining may be %s', async (_, json, numTraining) => {
    expect((await listDataset(dataset({ ...json, numTraining }, files), 'auto')).cases).toHaveLength(3);
  });

  test('a missing channel is an error that lists what is there', async () => {
    const error = await rejectionOf(listDataset(dataset(v2, files.filter((file) => file !== 'imagesTr/b_0000.nii.gz')), 'auto'));
    expect(error.detail).toMatchObject({ file: 'imagesTr/b', expected: '_0000.nii.gz, _0001.nii.gz', received: '_0001.nii.gz' });
  });

  test.each([
    ['a region', { ...v2, labels: { background: 0, whole: [1, 2], core: 2 } }, 'labels.whole'],
    ['a region order', { ...v2, regions_class_order: [1, 2] }, 'regions_class_order'],
  ])('%s says that it is not supported', async (_, json, field) => {
    const error = await rejectionOf(listDataset(dataset(json, files), 'auto'));
    expect(error.code).toBe('InvalidDatasetError');
    expect(error.message).toContain('not supported');
    expect(error.detail.field).toBe(field);
  });

  test.each([
    ['nnU-Net v2', v2, { background: 0, ignore: 2, liver: 1 }],
    ['nnU-Net v1', v1, { '0': 'background', '1': 'liver', '2': 'Ignore' }],
  ])('an ignore label is no class: %s', async (_, layout, labels) => {
    const { description } = await listDataset(dataset({ ...layout, labels }, files), 'nnunet');
    expect(description).toMatchObject({ labels: ['background', 'liver'], ignoreLabel: 2 });
  });

  test.each([
    ['between the classes', { background: 0, ignore: 1, liver: 2 }, '3', '1'],
    ['in place of the background', { ignore: 0, liver: 1 }, '2', '0'],
    ['far above the classes', { background: 0, liver: 1, ignore: 255 }, '2', '255'],
  ])('an ignore label %s is refused', async (_, labels, expected, received) => {
    const error = await rejectionOf(listDataset(dataset({ ...v2, labels }, files), 'auto'));
    expect(error).toMatchObject({ code: 'InvalidDatasetError', detail: { field: 'labels.ignore', expected, received } });
  });

  test('another file format says that it is not supported', async () => {
    const error = await rejectionOf(listDataset(dataset({ ...v2, file_ending: '.png' }, files), 'auto'));
    expect(error.detail).toMatchObject({ field: 'file_ending', received: '".png"' });
  });
});

describe('broken data sets', () => {
  test('no dataset.json', async () => {
    const error = await rejectionOf(listDataset(temporaryFolder(), 'auto'));
    expect(error).toMatchObject({ code: 'InvalidDatasetError', detail: { received: 'no such file or folder' } });
  });
  test.each([
    ['no JSON', '{', undefined],
    ['no labels', { modality: { '0': 'CT' } }, 'labels'],
    ['a label with a gap', { modality: { '0': 'CT' }, labels: { '0': 'background', '2': 'liver' }, training: [{ image: 'imagesTr/a.nii.gz' }] }, 'labels'],
    ['no channels', { labels, training: [{ image: 'imagesTr/a.nii.gz' }] }, 'modality'],
    ['a broken entry', { modality: { '0': 'CT' }, labels, training: [3] }, 'training.0'],
    ['no cases', { modality: { '0': 'CT' }, labels, training: [] }, 'training'],
  ])('%s', async (_, json, field) => {
    const error = await rejectionOf(listDataset(dataset(json, ['imagesTr/a.nii.gz']), 'auto'));
    expect(error.code).toBe('InvalidDatasetError');
    expect(error.detail.field).toBe(field);
  });
});
