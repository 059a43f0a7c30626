import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ArtifactKind, ArtifactRef, EvaluateOutput, ImportedCase, Prediction, PseudoLabel, WriteReportInput } from '@geoscribe/campaign';
import { encodeNifti, encodeNpy, type Geometry, type VoxelArray } from '@geoscribe/core-io';
import { FolderStore } from '@geoscribe/core-io/node';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { caseFingerprint, mergeFingerprints } from '../../src/plan/fingerprint.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { preprocessLabel } from '../../src/preprocessing/preprocess-label.js';
import { reportJsonSchema } from '../../src/report/report-json.js';
import { writeReport } from '../../src/report/write-report.js';
import { exampleCurve, exampleMetrics, exampleScores, exampleSettings } from './example-report.js';

/** Coarsest along x, so that the plan permutes the axes; zeros around, so that it crops. */
const geometry: Geometry = { dims: [8, 14, 12], spacing: [3, 1, 1], affine: [3, 0, 0, -7, 0, 1, 0, 5, 0, 0, 1, 2, 0, 0, 0, 1] };
const [nx, ny, nz] = geometry.dims;

function fill<T extends VoxelArray>(data: T, value: (x: number, y: number, z: number) => number): T {
  for (let z = 0, v = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++, v++) data[v] = value(x, y, z);
  return data;
}
const within = (x: number, y: number, z: number, end: number) => x >= 2 && x < 6 && y >= 3 && y < end && z >= 4 && z < 9;
/** Classes 1 and 2; a prediction that ends at `end` instead of 11. */
const labelTo = (end: number) => fill(new Uint8Array(nx * ny * nz), (x, y, z) => (within(x, y, z, end) ? (y < 7 ? 1 : 2) : 0));
const image = fill(new Float32Array(nx * ny * nz), (x, y, z) => (x === 0 || y === 0 ? 0 : 10 + x + 3 * y + z));
/** One stroke of class 2 at x = 3, where the prediction misses it, and a background mark at x = 6. */
const seeds = fill(new Uint8Array(nx * ny * nz), (x, y, z) => (x === 3 && y === 10 && z > 4 && z < 8 ? 2 : x === 6 && y === 5 && z === 5 ? 0 : 255));

let folder: string;
let store: FolderStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  store = new FolderStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const nifti = (data: VoxelArray, kind: ArtifactKind) => store.put(gzipSync(encodeNifti({ geometry, data })), kind);
const json = (value: unknown, kind: ArtifactKind) => store.put(new TextEncoder().encode(JSON.stringify(value)), kind);

async function exampleInput(): Promise<WriteReportInput> {
  const settings = exampleSettings();
  const truth = { geometry, data: labelTo(11) };
  const fingerprint = mergeFingerprints([caseFingerprint({ id: 's1', channels: [{ geometry, data: image }], label: truth })]);
  const plan = planExperiment({ fingerprint, dataset: settings.dataset, budget: 'cpu-small' });
  const { image: onGrid, shape, validMask, properties } = preprocessImage({ channels: [{ geometry, data: image }], plan, label: truth });
  expect(plan.transposeForward).not.toEqual([0, 1, 2]);
  expect(shape).toEqual([7, 12, 13]);
  const npy = (data: VoxelArray, kind: ArtifactKind, channels: number[] = []) => store.put(encodeNpy({ shape: [...channels, ...shape], data }), kind);
  const planLabel = (end: number) => preprocessLabel({ label: { geometry, data: labelTo(end) }, properties, plan });

  const imported: ImportedCase = {
    id: 's1',
    image: await nifti(image, 'volume'),
    moreChannels: [],
    label: await nifti(truth.data, 'label-map'),
    geometry: { dims: geometry.dims, spacing: geometry.spacing },
  };
  const preprocessed = {
    id: 's1',
    image: await npy(onGrid, 'preprocessed-image', [1]),
    validMask: await npy(validMask, 'valid-mask'),
    properties: await json(properties, 'case-properties'),
  };
  const prediction: Prediction = {
    caseId: 's1',
    preprocessed,
    probability: await npy(new Float32Array(onGrid.length), 'probability-map'),
    label: await npy(planLabel(9), 'label-map'),
    labelMap: await nifti(labelTo(9), 'label-map'),
  };
  const statistics = { focusFraction: 0.1, reachedVoxels: [10, 0, 40], flippedVoxels: 40, walledShare: 0, meanConfidence: 0.5, seconds: 0.1 };
  const pseudo: PseudoLabel = {
    caseId: 's1',
    preprocessed,
    pseudoLabel: await npy(planLabel(11), 'pseudo-label'),
    confidence: await npy(new Float32Array(onGrid.length).fill(0.5), 'confidence-map'),
    focus: await npy(new Uint8Array(onGrid.length), 'focus-mask'),
    statistics,
  };
  const evaluation = async (level: number, end: number): Promise<EvaluateOutput> => ({
    metrics: { ...exampleMetrics('any', level, 1), cases: [{ caseId: 't1', dice: { 1: level, 2: level } }] },
    pseudoLabels: { iteration: 1, before: 0.8, after: 0.9, afterWeighted: 0.95, meanConfidenceRight: 0.6, meanConfidenceWrong: 0.2 },
    scores: await json(exampleScores(level).slice(-1), 'metrics'),
    predictions: [{ caseId: 't1', labelMap: await nifti(labelTo(end), 'label-map') }],
  });
  const curve = await json(exampleCurve(3, 1, true), 'training-curve');
  return {
    campaign: 'demo',
    settings,
    cases: { full: ['f1'], scribbled: ['s1'], validation: [], test: ['t1'] },
    failedCases: [],
    effort: [{ caseId: 's1', kind: 'scribbles', strokes: 2, markedVoxels: 4, markedShare: 0.003, seeds: await nifti(seeds, 'seed-map') }],
    preliminary: {
      network: { checkpoint: curve, plan: await json(plan, 'plan'), curve, epochs: 3, finalLoss: 0.1, distanceWeight: [0.1, 0.1, 0.1] },
      evaluation: await evaluation(0.8, 9),
    },
    arms: [{ arm: 'main', iterations: [{ iteration: 1, curve, evaluation: await evaluation(0.9, 10), statistics: [{ caseId: 's1', statistics }] }] }],
    imported: [imported, { ...imported, id: 't1', overriddenGeometryDeviation: 0.7 }],
    firstPredictions: [prediction],
    lastPseudoLabels: [pseudo],
    model: await store.put(new Uint8Array(10), 'onnx-model'),
  };
}

const context = () => ({ store, now: new Date('2026-03-01T00:00:00Z'), versions: { geoscribe: '0.1.0' } });
const text = async (ref: ArtifactRef) => (await store.get(ref)).toString('utf8');

describe('writeReport', () => {
  it('stores page and data, with pictures on permuted and cropped grids', async () => {
    const refs = await writeReport(await exampleInput(), context());
    expect([refs.html.kind, refs.json.kind]).toEqual(['report', 'report']);
    const data = reportJsonSchema.parse(JSON.parse(await text(refs.json)));
    expect(data.rows.map(({ method, meanDice }) => [method, meanDice])).toEqual([['preliminary', 0.8], ['iteration-1', 0.9]]);
    // JSON has no infinity: the distances of the missed class are null, and left out as they would be.
    expect(data.rows[1]!.measures.filter(({ metric }) => metric === 'hd95').map(({ label, cases }) => [label, cases])).toEqual([[null, 0], [1, 1], [2, 0]]);
    expect(data.pseudoLabelDice).toEqual({ before: 0.8, after: [0.9] });
    expect(data.trainings).toEqual([
      { arm: 'preliminary', iteration: 0, curve: exampleCurve(3, 1, true) },
      { arm: 'main', iteration: 1, curve: exampleCurve(3, 1, true) },
    ]);
    const html = await text(refs.html);
    // Sagittal: across the coarse x. The crop took x = 0 away, so x = 3 is slice 3 of 7; 2 rows of 5 voxels are wrong.
    expect(html).toContain('Dice of the first prediction 0.833. Sagittal slice 3 of 7, anterior on the left; 10 wrong and 3 marked voxels');
    // On the image's own grid all slices are equal: the first with errors, 1 row of 5 after, 2 before.
    expect(html).toContain('Dice after iteration 1 0.900. Sagittal slice 3 of 8, anterior on the left, the slice with most errors after the last iteration: 10 wrong voxels before, 5 after');
    const pictures = [...html.matchAll(/src="data:image\/png;base64,([^"]+)" width="(\d+)" height="(\d+)"/g)];
    expect(pictures).toHaveLength(6);
    for (const [, base64, width, height] of pictures) {
      expect(decode(Buffer.from(base64 ?? '', 'base64'))).toMatchObject({ width: Number(width), height: Number(height) });
    }
    expect(html).toContain('largest deviation 0.70 mm');
    expect(html).not.toContain('could not be drawn');
  });

  it('writes the same bytes for the same input', async () => {
    const input = await exampleInput();
    expect(await writeReport(input, context())).toEqual(await writeReport(input, context()));
  });

  it('names a case whose artifact is gone and draws the rest', async () => {
    const input = await exampleInput();
    await store.remove(input.lastPseudoLabels[0]?.confidence.sha256 ?? '');
    const html = await text((await writeReport(input, context())).html);
    expect(html).toMatch(/could not be drawn:<\/p><ul><li><strong>s1<\/strong>/);
    expect(html.match(/<img/g)).toHaveLength(3);
  });

  it('ranks by flipped voxels where the truth is not known', async () => {
    const input = await exampleInput();
    input.imported.forEach((one) => delete one.label);
    const html = await text((await writeReport(input, context())).html);
    expect(html).toContain('40 voxels flipped by the scribbles');
    expect(html.match(/<img/g)).toHaveLength(3);
  });

  it('shows and counts only what is annotated where a label has ignored voxels', async () => {
    const input = await exampleInput();
    // Nobody knows y > 9: the last row of the truth, and all that the prediction before misses but one row.
    const partial = await nifti(labelTo(11).map((value, voxel) => (Math.floor(voxel / nx) % ny > 9 ? 3 : value)), 'label-map');
    for (const one of input.imported) Object.assign(one, { label: partial, ignoreLabel: 3 });
    const html = await text((await writeReport(input, context())).html);
    expect(html).not.toContain('could not be drawn');
    expect(html).toContain('5 wrong voxels before, 0 after');
    // Of 5 x 4 voxels of class 1 all are found, of 3 rows of class 2 two.
    expect(html).toContain('Dice of the first prediction 0.900. Sagittal slice 3 of 7');
    expect(html).toContain('flipped and 3 marked voxels');
  });

  it('refuses a training curve that is none', async () => {
    const input = await exampleInput();
    input.preliminary.network.curve = await json([{ epoch: 1, loss: 'high', learningRate: 1 }], 'training-curve');
    await expect(writeReport(input, context())).rejects.toMatchObject({ code: 'CorruptArtifactError', detail: { field: '0.loss' } });
  });

  it('refuses scores that are none', async () => {
    const input = await exampleInput();
    input.preliminary.evaluation!.scores = await json([{ caseId: 't1' }], 'metrics');
    await expect(writeReport(input, context())).rejects.toMatchObject({ code: 'CorruptArtifactError', detail: { field: '0.spacing' } });
  });

  it('draws a campaign without test cases', async () => {
    const input = await exampleInput();
    input.preliminary.evaluation = null;
    for (const { iterations } of input.arms) iterations.forEach((one) => (one.evaluation = null));
    const html = await text((await writeReport(input, context())).html);
    expect(html.match(/<img/g)).toHaveLength(3);
  });
});
