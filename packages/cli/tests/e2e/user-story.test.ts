import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PseudoLabel } from '@geoscribe/campaign';
import { decodeNpy, type Volume } from '@geoscribe/core-io';
import { FolderStore, readLabelMap, readVolume, writeVolume } from '@geoscribe/core-io/node';
import { eventually, phantomCampaign, remembered, stop, type PhantomCampaign } from '../support/phantom-campaign.js';
import type { ChildProcess } from 'node:child_process';

/** One campaign from start to report as a person lives it; the steps build on each other. */
let campaign: PhantomCampaign;
let home: string;
let server: ChildProcess;
const geoscribe = (...parameters: string[]) => campaign.geoscribe(home, ...parameters);

beforeAll(async () => {
  campaign = await phantomCampaign();
  home = campaign.home('home');
});

afterAll(async () => {
  await campaign?.clean();
});

describe('a campaign as a person lives it', { timeout: 240_000 }, () => {
  it('says that no server runs, within seconds', async () => {
    const { code, stderr } = await geoscribe('status');
    expect(code).toBe(1);
    expect(stderr).toMatch(/TemporalUnreachableError.*No Temporal server runs[\s\S]*geoscribe up/);
  });

  it('starts and comes to wait for a person', async () => {
    server = await campaign.up(home);
    const started = await geoscribe('campaign', 'start', campaign.yaml);
    expect(started.code, started.stderr).toBe(0);
    expect(started.stderr).toMatch(/About \d+ MB of disk/);
    const waiting = await eventually(async () => {
      const status = await geoscribe('status', '--json');
      return status.code === 4 && (JSON.parse(status.stdout) as { status: { counts: { pending: number } } });
    });
    expect(waiting.status.counts.pending).toBe(2);
    expect((await geoscribe('report')).code).toBe(4);
    expect((await geoscribe('export', 'nnunet', 'phantoms', 'raw')).stderr).toMatch(/InvalidArgumentError.*phantoms has not ended.*stage proofreading/);
  });

  it('exports the pending cases on the grid of their images', async () => {
    const exported = await geoscribe('cases', 'export', '--to', join(campaign.folder, 'cases'));
    expect(exported.code, exported.stderr).toBe(0);
    const files = ['image', 'prediction', 'uncertainty'].map((name) => join(campaign.folder, 'cases', 'phantom_001', `${name}.nii.gz`));
    const [image, prediction, uncertainty] = (await Promise.all(files.map(readVolume))).map(([volume]) => volume!);
    expect(prediction!.geometry).toEqual(image!.geometry);
    expect(uncertainty!.geometry).toEqual(image!.geometry);
    expect(Math.max(...uncertainty!.data)).toBeLessThanOrEqual(1);
    expect(Math.max(...uncertainty!.data)).toBeGreaterThan(0.1);
  });

  it('refuses scribbles that do not fit, each with one error, and takes nothing', async () => {
    const prediction = await readLabelMap(join(campaign.folder, 'cases', 'phantom_001', 'prediction.nii.gz'));
    const wrong = join(campaign.folder, 'wrong.nii.gz');
    const refused = async (volume: Volume, pattern: RegExp, caseId = 'phantom_001'): Promise<void> => {
      await writeVolume(wrong, volume);
      const { code, stderr } = await geoscribe('scribbles', 'submit', caseId, wrong);
      expect(code, stderr).toBe(3);
      expect(stderr).toMatch(pattern);
    };
    const marked = (value: number): Volume => ({ geometry: prediction.geometry, data: prediction.data.map((_, index) => (index === 0 ? value : 0)) });
    await refused(marked(77), /InvalidScribbleError.*wrong\.nii\.gz.*0 \(unmarked\), 1 \(class 1\).*77/);
    await refused(marked(0), /No voxel of case phantom_001 is marked/);
    await refused(marked(1), /UnknownCaseError.*nobody/, 'nobody');
    const { dims } = prediction.geometry;
    const shorter: Volume = {
      geometry: { ...prediction.geometry, dims: [dims[0], dims[1], dims[2] - 1] },
      data: new Uint8Array(dims[0] * dims[1] * (dims[2] - 1)).fill(1),
    };
    await refused(shorter, /GeometryMismatchError.*24 x 24 x 20.*24 x 24 x 19/);
    const { stdout } = await geoscribe('status', '--json');
    expect(JSON.parse(stdout).status.counts).toMatchObject({ pending: 2, scribbles: 0 });
  });

  /** A block of 27 voxels that the prediction calls something else than class 1, drawn in voxel space. */
  let block: number[];

  it('takes an edited export and a case without error', async () => {
    const prediction = await readLabelMap(join(campaign.folder, 'cases', 'phantom_001', 'prediction.nii.gz'));
    const [nx, ny] = prediction.geometry.dims;
    const around = (x: number, y: number, z: number): number[] =>
      [-1, 0, 1].flatMap((dz) => [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => x + dx + nx * (y + dy + ny * (z + dz)))));
    const centres = [4, 8, 12, 16, 19].flatMap((x) => [4, 8, 12, 16, 19].flatMap((y) => [4, 8, 12, 15].map((z) => around(x, y, z))));
    block = centres.find((voxels) => voxels.every((voxel) => prediction.data[voxel] !== 1))!;
    const drawn = new Uint8Array(prediction.data.length);
    for (const voxel of block) drawn[voxel] = 1;
    drawn[0] = 9;
    const file = join(campaign.folder, 'drawn.nii.gz');
    await writeVolume(file, { geometry: prediction.geometry, data: drawn });
    const submitted = await geoscribe('scribbles', 'submit', 'phantom_001', file, '--background', '9', '--author', 'reader-1');
    expect(submitted.code, submitted.stderr).toBe(0);
    expect((await geoscribe('scribbles', 'skip', 'phantom_002')).code).toBe(0);
    expect((await geoscribe('scribbles', 'reopen', 'phantom_002')).code).toBe(0);
    expect((await geoscribe('scribbles', 'submit', 'phantom_002', '--no-error')).code).toBe(0);
    const { stdout } = await geoscribe('status', '--json');
    expect(JSON.parse(stdout).status.counts).toMatchObject({ pending: 0, scribbles: 1, 'no-error': 1 });
  });

  it('goes on to a report and a model, and the pseudo label has the drawn class', async () => {
    expect((await geoscribe('scribbles', 'complete')).code).toBe(0);
    const report = await geoscribe('report');
    expect(report.code, report.stderr).toBe(0);
    expect(report.stdout).toMatch(/preliminary[\s\S]*iteration-1/);
    const [propagated] = (await remembered<PseudoLabel>(home, 'propagateCase')).filter(({ caseId }) => caseId === 'phantom_001');
    const store = new FolderStore(join(home, 'store'));
    const label = decodeNpy(await store.get(propagated!.pseudoLabel), { file: 'pseudo label' }).data;
    const confidence = decodeNpy(await store.get(propagated!.confidence), { file: 'confidence' }).data;
    expect(new Set(block.map((voxel) => label[voxel]))).toEqual(new Set([1]));
    expect(new Set(block.map((voxel) => confidence[voxel]))).toEqual(new Set([1]));
    expect(propagated!.statistics.flippedVoxels).toBeGreaterThanOrEqual(block.length);
  });

  it('exports an nnU-Net data set: pseudo labels with an ignore label, what was drawn and what was said kept', async () => {
    const exported = await geoscribe('export', 'nnunet', 'phantoms', join(campaign.folder, 'raw'), '--dataset-id', '12', '--json');
    expect(exported.code, exported.stderr).toBe(0);
    const folder = join(campaign.folder, 'raw', 'Dataset012_Phantoms');
    expect(JSON.parse(exported.stdout)).toMatchObject({ folder, training: 3, pseudoLabelled: 2, test: 1, leftOut: [] });
    const ignore = 4;
    const label = (await readLabelMap(join(folder, 'labelsTr', 'phantom_001.nii.gz'))).data;
    expect(new Set(block.map((voxel) => label[voxel]))).toEqual(new Set([1]));
    expect(label).toContain(ignore);
    expect((await readLabelMap(join(folder, 'labelsTr', 'phantom_002.nii.gz'))).data).not.toContain(ignore);
  });

  it('predicts a new volume with the exported model on the grid of its image', async () => {
    const image = join(campaign.folder, 'data', 'imagesTr', 'phantom_003.nii.gz');
    const output = join(campaign.folder, 'new', 'label.nii.gz');
    const predicted = await geoscribe('predict', '--model', join(home, 'campaigns', 'phantoms', 'model.onnx'), image, output);
    expect(predicted.code, predicted.stderr).toBe(0);
    const [source] = await readVolume(image);
    expect((await readLabelMap(output)).geometry).toEqual(source!.geometry);
  });

  it('resumes by remembering: a new run computes nothing again', async () => {
    const before = await remembered(home, 'fineTune');
    const resumed = await geoscribe('campaign', 'resume', 'phantoms');
    expect(resumed.stdout + resumed.stderr).toMatch(/2 submissions taken over, proofreading had ended/);
    const report = await geoscribe('report');
    expect(report.code, report.stderr).toBe(0);
    expect(await remembered(home, 'fineTune')).toEqual(before);
  });

  it('prunes nothing that the campaign references', async () => {
    const first = await geoscribe('store', 'prune');
    expect(first.code, first.stderr).toBe(0);
    expect((await geoscribe('store', 'prune', '--dry-run', '--json')).stdout).toMatch(/"objects": 0/);
    expect(JSON.parse((await geoscribe('store', 'du', '--json')).stdout).byKind).toMatchObject({ 'onnx-model': expect.any(Number) });
    const resumed = await geoscribe('campaign', 'resume', 'phantoms');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((await geoscribe('report')).code).toBe(0);
  });

  it('loses no stroke with the database', async () => {
    await stop(server);
    await rm(join(home, 'temporal'), { recursive: true });
    const exported = await geoscribe('scribbles', 'export', join(campaign.folder, 'strokes'));
    expect(exported.code, exported.stderr).toBe(0);
    const strokes = await readLabelMap(join(campaign.folder, 'strokes', 'phantom_001.nii.gz'));
    expect(block.map((voxel) => strokes.data[voxel])).toEqual(block.map(() => 1));
    expect(strokes.data[0]).toBe(0);
    expect(JSON.parse(await readFile(join(campaign.folder, 'strokes', 'phantom_002.json'), 'utf8'))).toMatchObject({ kind: 'no-error' });
  });
});
