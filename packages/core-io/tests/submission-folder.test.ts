import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeNifti } from '../src/index.js';
import { SubmissionFolder, type StoredSubmission } from '../src/node/submission-folder.js';

let root: string;
let folder: SubmissionFolder;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'geoscribe-submissions-'));
  folder = new SubmissionFolder(root);
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const geometry = { dims: [2, 2, 1], spacing: [1, 1, 1], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] } satisfies StoredSubmission['geometry'];
const seeds = gzipSync(encodeNifti({ geometry, data: Uint8Array.of(255, 1, 0, 255) }));

function submission(caseId: string, submissionId: string, time: string, kind: StoredSubmission['kind'] = 'scribbles'): StoredSubmission {
  return { format: 'geoscribe-submission', version: 1, campaign: 'c', caseId, submissionId, kind, author: 'a', time, strokes: 1, markedVoxels: 2, markedShare: 0.5, geometry };
}

describe('SubmissionFolder', () => {
  it('keeps what a person drew and gives it back', async () => {
    const written = submission('case1', 's1', '2026-01-01T00:00:00Z');
    await folder.write(written, seeds);
    expect(await folder.list('c')).toEqual([written]);
    expect([...(await folder.seeds(written)).data]).toEqual([255, 1, 0, 255]);
  });

  it('takes a repeated id once and leaves nothing half-written', async () => {
    const written = submission('case1', 's1', '2026-01-01T00:00:00Z');
    await folder.write(written, seeds);
    await folder.write({ ...written, author: 'somebody else' }, seeds);
    expect(await folder.list('c')).toEqual([written]);
    expect(await readdir(join(root, 'c', 'case1'))).toEqual(['s1']);
  });

  it('knows the newest answer of each case and exports a folder another campaign can start from', async () => {
    await folder.write(submission('case2', 'b', '2026-01-02T00:00:00Z', 'no-error'), null);
    await folder.write(submission('case1', 'new', '2026-01-03T00:00:00Z'), seeds);
    await folder.write(submission('case1', 'old', '2026-01-01T00:00:00Z'), seeds);
    expect((await folder.latest('c')).map(({ submissionId }) => submissionId)).toEqual(['new', 'b']);
    const to = join(root, 'export');
    expect(await folder.exportTo('c', to)).toEqual(['case1', 'case2']);
    expect((await readdir(to)).sort()).toEqual(['case1.json', 'case1.nii.gz', 'case2.json']);
  });

  it('refuses ids that would leave its folder', async () => {
    await expect(folder.write(submission('case1', '../../elsewhere', '2026-01-01T00:00:00Z'), seeds)).rejects.toThrow(/submissionId/);
    expect(await readdir(root)).toEqual([]);
  });

  it('has no submissions for a campaign nobody worked on, and names a broken record', async () => {
    expect(await folder.list('nobody')).toEqual([]);
    await folder.write(submission('case1', 's1', '2026-01-01T00:00:00Z'), seeds);
    await writeFile(join(root, 'c', 'case1', 's1', 'submission.json'), '{"format":"other"}');
    await expect(folder.list('c')).rejects.toThrow(/submission\.json, format/);
  });
});
