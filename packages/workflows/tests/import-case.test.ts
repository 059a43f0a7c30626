import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { FolderStore } from '@geoscribe/core-io/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityContext } from '../src/activities/activity-context.js';
import { importCase, type DatasetArtifact } from '../src/activities/import-case.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('importCase', () => {
  it('names a broken file within the data set: where that lies does not reach Temporal', async () => {
    const dir = join(folder, 'Mustermann');
    await mkdir(join(dir, 'imagesTr'), { recursive: true });
    await writeFile(join(dir, 'imagesTr', 'case_1.nii.gz'), 'not a volume');
    const store = new FolderStore(join(folder, 'store'));
    const dataset: DatasetArtifact = {
      dir,
      listing: {
        layout: 'msd',
        description: { name: 'phantom', labels: ['background', 'organ'], channels: ['MRI'] },
        cases: [{ id: 'case_1', images: ['imagesTr/case_1.nii.gz'] }],
      },
    };
    const error: unknown = await importCase(
      {
        campaign: 'phantom',
        dataset: await store.put(Buffer.from(JSON.stringify(dataset)), 'dataset'),
        caseId: 'case_1',
        trustImageGeometry: false,
        needsLabel: false,
      },
      { store } as unknown as ActivityContext,
    ).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GeoscribeError);
    const { code, message, detail, stack } = error as GeoscribeError;
    expect(code).toBe('InvalidVolumeError');
    expect(detail.file).toBe(join('imagesTr', 'case_1.nii.gz'));
    expect(message).toContain('imagesTr');
    expect(`${message} ${stack} ${JSON.stringify(detail)}`).not.toContain('Mustermann');
  });
});
