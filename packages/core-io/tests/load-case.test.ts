import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { geometryFromAffine, type Volume } from '../src/index.js';
import { loadCase, writeVolume, type DatasetListing } from '../src/node/index.js';
import { rejectionOf } from './helpers/error-of.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const volume = (options: { x?: number; nz?: number; fill?: number } = {}): Volume<Uint8Array> => {
  const { x = 0, nz = 2, fill = 1 } = options;
  const affine = [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
  return { geometry: geometryFromAffine([3, 2, nz], affine), data: Uint8Array.from({ length: 6 * nz }, (_, k) => (k % 2) * fill) };
};

async function folderWith(files: Record<string, Volume>): Promise<{ dir: string; listing: DatasetListing }> {
  const dir = temporaryFolder();
  for (const folder of ['imagesTr', 'labelsTr']) mkdirSync(join(dir, folder));
  for (const [name, content] of Object.entries(files)) await writeVolume(join(dir, name), content);
  const images = Object.keys(files).filter((name) => name.startsWith('images'));
  const label = Object.keys(files).find((name) => name.startsWith('labels'));
  const channels = images.map((_, k) => `channel ${k}`);
  return {
    dir,
    listing: { layout: 'nnunet', description: { name: 'Demo', labels: ['background', 'liver'], channels }, cases: [{ id: 'a', images, ...(label && { label }) }] },
  };
}

const strict = { trustImageGeometry: false };
const [image, second, label] = ['imagesTr/a_0000.nii', 'imagesTr/a_0001.nii', 'labelsTr/a.nii'];

test('channels in order, and the label', async () => {
  const { dir, listing } = await folderWith({ [image]: volume({ fill: 7 }), [second]: volume({ fill: 9 }), [label]: volume() });
  const loaded = await loadCase(dir, listing, 'a', strict);
  expect(loaded).toEqual({ channels: [volume({ fill: 7 }), volume({ fill: 9 })], label: volume() });
});

test('a 4-D file is its channels', async () => {
  const { dir, listing } = await folderWith({ [image]: volume({ nz: 4 }) });
  const bytes = readFileSync(join(dir, image));
  // 3 x 2 x 4 becomes 3 x 2 x 2 x 2.
  [4, 3, 2, 2, 2].forEach((size, k) => bytes.writeInt16LE(size, 40 + 2 * k));
  writeFileSync(join(dir, image), bytes);
  listing.description.channels = ['T2', 'ADC'];
  expect((await loadCase(dir, listing, 'a', strict)).channels).toEqual([volume(), volume()]);
});

test('a deviation within the tolerance is no override: 0.1 x the smallest spacing', async () => {
  const { dir, listing } = await folderWith({ [image]: volume(), [label]: volume({ x: 0.09 }) });
  const loaded = await loadCase(dir, listing, 'a', { trustImageGeometry: true });
  expect(loaded.overriddenDeviation).toBeUndefined();
});

describe.each([['label', label], ['second channel', second]])('%s elsewhere', (_, name) => {
  test('is an error with the largest deviation in mm', async () => {
    const { dir, listing } = await folderWith({ [image]: volume(), [name]: volume({ x: 1.5 }) });
    const error = await rejectionOf(loadCase(dir, listing, 'a', strict));
    expect(error.code).toBe('GeometryMismatchError');
    expect(error.detail.file).toBe(name);
    expect(error.message).toContain('1.500 mm');
  });
  test('is overridden on request: the image\'s geometry, and the deviation is told', async () => {
    const { dir, listing } = await folderWith({ [image]: volume(), [name]: volume({ x: 1.5 }) });
    const loaded = await loadCase(dir, listing, 'a', { trustImageGeometry: true });
    expect(loaded.overriddenDeviation).toBeCloseTo(1.5, 6); // float32 offset
    for (const { geometry } of [...loaded.channels, ...(loaded.label ? [loaded.label] : [])]) expect(geometry).toEqual(volume().geometry);
  });
  test('other dims are an error even then', async () => {
    const { dir, listing } = await folderWith({ [image]: volume(), [name]: volume({ nz: 3 }) });
    const error = await rejectionOf(loadCase(dir, listing, 'a', { trustImageGeometry: true }));
    expect(error).toMatchObject({ code: 'GeometryMismatchError', detail: { file: name, field: 'dims' } });
  });
});

test('an unknown case is an error', async () => {
  const { dir, listing } = await folderWith({ [image]: volume() });
  expect((await rejectionOf(loadCase(dir, listing, 'b', strict))).code).toBe('UnknownCaseError');
});

test('another number of channels than dataset.json says is an error', async () => {
  const { dir, listing } = await folderWith({ [image]: volume() });
  listing.description.channels = ['T2', 'ADC'];
  expect(await rejectionOf(loadCase(dir, listing, 'a', strict))).toMatchObject({ code: 'InvalidDatasetError', detail: { received: '1' } });
});

test('a label that dataset.json does not name is an error', async () => {
  const { dir, listing } = await folderWith({ [image]: volume(), [label]: volume({ fill: 2 }) });
  expect(await rejectionOf(loadCase(dir, listing, 'a', strict))).toMatchObject({ code: 'InvalidLabelError', detail: { file: label, at: 'voxel [1, 0, 0]', received: '2' } });
});

describe('intensities', () => {
  const floats = (values: (k: number) => number): Volume => ({ geometry: volume().geometry, data: Float32Array.from({ length: 12 }, (_, k) => values(k)) });

  test.each([NaN, Infinity, -Infinity])('%s is an error that names the voxel', async (value) => {
    const { dir, listing } = await folderWith({ [image]: volume(), [second]: floats((k) => (k === 10 ? value : k)) });
    expect(await rejectionOf(loadCase(dir, listing, 'a', strict))).toMatchObject({
      code: 'InvalidVolumeError',
      detail: { file: second, field: 'channel 1', at: 'voxel [1, 1, 1]', received: String(value) },
    });
  });

  test('a constant image is an error, a constant channel beside another is none', async () => {
    const one = await folderWith({ [image]: floats(() => 3) });
    expect(await rejectionOf(loadCase(one.dir, one.listing, 'a', strict))).toMatchObject({
      code: 'InvalidVolumeError',
      detail: { file: image, received: '3 in every voxel' },
    });
    const two = await folderWith({ [image]: floats(() => 3), [second]: volume() });
    expect((await loadCase(two.dir, two.listing, 'a', strict)).channels).toHaveLength(2);
  });
});

describe('a label map with an ignore label', () => {
  const ignoring = async (data: number[]) => {
    const { dir, listing } = await folderWith({ [image]: volume(), [label]: { ...volume(), data: Uint8Array.from({ length: 12 }, (_, k) => data[k % data.length]!) } });
    listing.description.ignoreLabel = 2;
    return { dir, listing };
  };
  test.each([
    ['is told where a voxel has it', [0, 1, 2], 2],
    ['is told where no other label but background is there', [0, 2], 2],
    ['is a whole one where none has it', [0, 1], undefined],
  ])('%s', async (_, data, expected) => {
    const { dir, listing } = await ignoring(data);
    const loaded = await loadCase(dir, listing, 'a', strict);
    expect(loaded.ignoreLabel).toBe(expected);
    expect([...loaded.label!.data.subarray(0, data.length)]).toEqual(data);
  });
  test('and a value beyond it is an error', async () => {
    const { dir, listing } = await ignoring([0, 2, 3]);
    const error = await rejectionOf(loadCase(dir, listing, 'a', strict));
    expect(error).toMatchObject({ code: 'InvalidLabelError', detail: { received: '3', expected: 'labels 0 to 1 (background, liver), or 2 (ignore)' } });
  });
  test('and no annotated voxel is an error that tells to delete it', async () => {
    const { dir, listing } = await ignoring([2]);
    const error = await rejectionOf(loadCase(dir, listing, 'a', strict));
    expect(error).toMatchObject({ code: 'InvalidLabelError', detail: { file: label } });
    expect(error.message).toContain('Delete the file');
  });
});
