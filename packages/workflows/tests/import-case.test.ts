import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { FolderStore, writeVolume } from '@geoscribe/core-io/node';
import { makePhantom } from '@geoscribe/core-io/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetFolder } from '@geoscribe/model';
import type { ActivityContext } from '../src/activities/activity-context.js';
import { importCase } from '../src/activities/import-case.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Imports the only case of a data set in a folder whose name must not travel. */
async function importOnly(listing: Pick<DatasetFolder['listing'], 'cases'>, dir: string): Promise<unknown> {
  const store = new FolderStore(join(folder, 'store'));
  const description = { name: 'phantom', labels: ['background', 'organ'], channels: ['MRI'] };
  const dataset: DatasetFolder = { dir, listing: { layout: 'msd', description, ...listing } };
  const { id, label } = listing.cases[0]!;
  return importCase(
    {
      campaign: 'phantom',
      dataset: await store.put(Buffer.from(JSON.stringify(dataset)), 'dataset'),
      caseId: id,
      trustImageGeometry: false,
      needsLabel: label !== undefined,
    },
    { store } as unknown as ActivityContext,
  ).catch((reason: unknown) => reason);
}

describe('importCase', () => {
  it('names a broken file within the data set: where that lies does not reach Temporal', async () => {
    const dir = join(folder, 'Mustermann');
    await mkdir(join(dir, 'imagesTr'), { recursive: true });
    await writeFile(join(dir, 'imagesTr', 'case_1.nii.gz'), 'not a volume');
    const error = await importOnly({ cases: [{ id: 'case_1', images: ['imagesTr/case_1.nii.gz'] }] }, dir);
    expect(error).toBeInstanceOf(GeoscribeError);
    const { code, message, detail, stack } = error as GeoscribeError;
    expect(code).toBe('InvalidVolumeError');
    expect(detail.file).toBe(join('imagesTr', 'case_1.nii.gz'));
    expect(message).toContain('imagesTr');
    expect(`${message} ${stack} ${JSON.stringify(detail)}`).not.toContain('Mustermann');
  });

  it.each([
    ['a voxel that is not a number', (at: number) => (at === 9 ? NaN : at), { code: 'InvalidVolumeError', detail: { field: 'MRI', at: 'voxel [1, 0, 1]', received: 'NaN' } }],
    ['one intensity', () => 5, { code: 'InvalidVolumeError', detail: { expected: 'more than one intensity' } }],
  ])('sets aside an image with %s before anything is trained', async (_name, value, expected) => {
    const { label, image } = makePhantom({ seed: 1, dims: [8, 1, 2], spacing: [1, 1, 1] });
    await mkdir(join(folder, 'imagesTr'));
    await mkdir(join(folder, 'labelsTr'));
    await writeVolume(join(folder, 'imagesTr/a.nii'), { ...image, data: Float32Array.from(image.data, (_, at) => value(at)) });
    await writeVolume(join(folder, 'labelsTr/a.nii'), label);
    const error = await importOnly({ cases: [{ id: 'a', images: ['imagesTr/a.nii'], label: 'labelsTr/a.nii' }] }, folder);
    expect(error).toMatchObject({ ...expected, detail: { file: 'imagesTr/a.nii', ...expected.detail } });
  });
});
