import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeVolume } from '@geoscribe/core-io/node';
import { makePhantom } from '@geoscribe/core-io/testing';
import { evaluateFiles, type EvaluateFilesOptions } from '../../src/evaluation/evaluate-files.js';
import { evaluationCsv, writeEvaluation } from '../../src/evaluation/evaluation-files.js';
import { formatEvaluation } from '../../src/evaluation/format-evaluation.js';
import { renderEvaluation } from '../../src/evaluation/render-evaluation.js';
import { boxGeometry, randomFloats, twoBalls } from '../helpers/volumes.js';

const dims: [number, number, number] = [14, 12, 10];
const geometry = boxGeometry(dims, [1, 1.5, 2]);
let folder: string;

/** A label map moved by some voxels along x; what comes in is background. */
function moved(data: Uint8Array, by: number): Uint8Array {
  return data.map((_, voxel) => ((voxel % dims[0]) + by < dims[0] ? data[voxel + by]! : 0));
}

async function write(path: string, data: Uint8Array | Float32Array, grid = geometry): Promise<void> {
  await writeVolume(join(folder, path), { geometry: grid, data });
}

function evaluate(options: Partial<EvaluateFilesOptions> & Pick<EvaluateFilesOptions, 'predictions' | 'references'>) {
  const paths = Object.fromEntries(
    (['predictions', 'references', 'against', 'images'] as const).flatMap((key) => (options[key] === undefined ? [] : [[key, join(folder, options[key])]])),
  ) as Pick<EvaluateFilesOptions, 'predictions' | 'references'>;
  return evaluateFiles({
    subset: false,
    settings: { tolerance: 2, faces: 'closed', spacing: null },
    pictures: 0,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
    ...paths,
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geoscribe-evaluation-'));
  for (const name of ['truth', 'model', 'other', 'images', 'empty']) mkdirSync(join(folder, name));
  const truth = twoBalls(dims, [1, 1.5, 2]);
  for (const [k, id] of ['b', 'a', 'c, "third"'].entries()) {
    await write(`truth/${id}.nii.gz`, truth);
    await write(`model/${id}.nii`, moved(truth, k));
    await write(`other/${id}.nii.gz`, moved(truth, 2));
    await write(`images/${id}_0000.nii.gz`, randomFloats(truth.length, k));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('evaluateFiles', () => {
  it('matches files by name, whatever their compression, and scores them on every core', async () => {
    const seen: string[] = [];
    const { evaluation } = await evaluate({
      ...{ predictions: 'model', references: 'truth', labels: 'background, left, right' },
      onProgress: (step, done, total) => void seen.push(`${step} ${done}/${total}`),
    });
    expect(seen).toEqual(['evaluate 1/3', 'evaluate 2/3', 'evaluate 3/3']);
    expect(evaluation.labels).toEqual([{ value: 1, name: 'left' }, { value: 2, name: 'right' }]);
    expect(evaluation.predictions.cases.map(({ caseId }) => caseId)).toEqual(['a', 'b', 'c, "third"']);
    const [one, same, two] = evaluation.predictions.cases;
    expect(same!.foreground).toEqual({ dice: 1, iou: 1, relativeVolumeDifference: 0, hd95: 0, mssd: 0, assd: 0, nsd: 1 });
    // Moved by whole voxels of 1 mm: no point is further away, and some are just that far.
    expect(one!.labels.map(({ mssd }) => mssd)).toEqual([1, 1]);
    expect(two!.labels.map(({ mssd }) => mssd)).toEqual([2, 2]);
    expect(same!.spacing).toEqual([1, 1.5, 2]);
  });

  it('takes another spacing where it is told to', async () => {
    const { evaluation } = await evaluate({
      ...{ predictions: 'model/a.nii', references: 'truth/a.nii.gz' },
      settings: { tolerance: 2, faces: 'closed', spacing: [0.5, 1.5, 2] },
    });
    expect(evaluation.predictions.cases[0]).toMatchObject({ caseId: 'a', spacing: [0.5, 1.5, 2], foreground: { mssd: 0.5 } });
    expect(formatEvaluation(evaluation)).toContain('spacing 0.5 x 1.5 x 2 mm as given');
    // Of one case there is no interval to explain.
    expect(renderEvaluation(evaluation, [], { now: new Date(0) })).not.toContain('bootstrap');
  });

  it('writes page, data and table, with pictures of the worst cases and the comparison', async () => {
    const { evaluation, worst } = await evaluate({ predictions: 'model', references: 'truth', against: 'other', images: 'images', pictures: 2 });
    expect(worst.map(({ caseId }) => caseId)).toEqual(['c, "third"', 'a']);
    expect(worst[0]!.panels.map(({ title }) => title)).toEqual(['Prediction', 'Other model', 'Reference']);
    const files = await writeEvaluation(evaluation, worst, { folder: join(folder, 'new/results'), now: new Date('2031-05-06T07:08:09Z') });
    const [page, data, csv] = files.map((file) => readFileSync(file, 'utf8'));
    expect(page!.match(/<img /g)).toHaveLength(6);
    expect(page).toContain('Small print: 95 % bootstrap interval over cases.');
    expect(page).toContain('Written 2031-05-06 07:08 UTC');
    expect(page).toContain('c, &quot;third&quot;');
    expect(page).not.toContain(tmpdir());
    expect(JSON.parse(data!)).toMatchObject({ labels: [{ value: 1, name: 'label 1' }, { value: 2 }], intervals: { level: 0.95 }, against: { cases: [{ caseId: 'a' }, {}, {}] } });
    const lines = csv!.trimEnd().split('\n');
    expect(lines[0]).toBe('model,case,label,name,state,prediction_voxels,reference_voxels,dice,iou,relative_volume_difference,hd95_mm,mssd_mm,assd_mm,nsd');
    expect(lines).toHaveLength(1 + 2 * 3 * 2);
    expect(lines[5]).toMatch(/^predictions,"c, ""third""",1,label 1,present,/);
    expect(formatEvaluation(evaluation)).toMatch(/Prediction minus .*other, paired by case/);
    // Compared by its size: no sign before the other model's value, nor a mean in which over and under cancel.
    expect(formatEvaluation(evaluation)).toMatch(/Size of volume difference +\d+\.\d\d %/);
  });

  it('marks what only one map has', async () => {
    const truth = twoBalls(dims, [1, 1.5, 2]);
    await write('half.nii.gz', truth.map((v) => (v === 2 ? 0 : v)));
    const { evaluation } = await evaluate({ predictions: 'half.nii.gz', references: 'truth/a.nii.gz', labels: 'background,one,two,three' });
    expect(evaluation.predictions.cases[0]!.labels.map(({ state }) => state)).toEqual(['present', 'missed', 'absent']);
    const rows = evaluationCsv(evaluation).trimEnd().split('\n').slice(2);
    expect(rows[0]).toMatch(/,two,missed,0,\d+,0,0,-1,inf,inf,inf,0$/);
    expect(rows[1]).toMatch(/,three,absent,0,0,,,,,,,$/);
    expect(formatEvaluation(evaluation)).toContain('two: missed in 1 case');
  });
});

describe('references with an ignore label', () => {
  const grid = { dims: [18, 20, 16] as [number, number, number], spacing: [2, 2, 2] as [number, number, number] };
  const [truth, predicted] = [1, 2].map((seed) => makePhantom({ seed, ...grid }).label) as [ReturnType<typeof makePhantom>['label'], ReturnType<typeof makePhantom>['label']];
  /** The box of upper x and lower y is ignored. */
  const reference = truth.data.map((value, voxel) => (voxel % 18 >= 9 && Math.floor(voxel / 18) % 20 < 12 ? 4 : value));
  beforeAll(async () => {
    await write('partial.nii.gz', reference, truth.geometry);
    await write('predicted.nii.gz', predicted.data, truth.geometry);
    await write('within.nii.gz', predicted.data.map((value, voxel) => (reference[voxel] === 4 ? 0 : value)), truth.geometry);
    writeFileSync(join(folder, 'dataset.json'), JSON.stringify({ labels: { background: 0, large: 1, small: 2, lesion: 3, ignore: 4 } }));
  });

  // nnunetv2 2.8.1: compute_metrics('partial.nii.gz', 'predicted.nii.gz', SimpleITKIO(), [1, 2, 3], ignore_label=4).
  const recorded = [
    { label: 1, predictionVoxels: 433, referenceVoxels: 436, dice: 0.6375143843498274, iou: 0.46790540540540543 },
    { label: 2, predictionVoxels: 47, referenceVoxels: 8, dice: 0.18181818181818182, iou: 0.1 },
    { label: 3, predictionVoxels: 39, referenceVoxels: 37, dice: 0.15789473684210525, iou: 0.08571428571428572 },
  ];
  it.each([['a dataset.json', null], ['names', 'background,large,small,lesion,ignore']])('has the overlaps of nnU-Net, with %s', async (_, names) => {
    const { evaluation, worst } = await evaluate({ predictions: 'predicted.nii.gz', references: 'partial.nii.gz', labels: names ?? join(folder, 'dataset.json'), pictures: 1 });
    expect(evaluation.labels.map(({ name }) => name)).toEqual(['large', 'small', 'lesion']);
    const [one] = evaluation.predictions.cases;
    one!.labels.forEach((found, k) => {
      const { dice, iou, ...counts } = recorded[k]!;
      expect(found).toMatchObject(counts);
      // One division of whole numbers, in one order or another.
      expect([found.dice, found.iou]).toEqual([expect.closeTo(dice, 14), expect.closeTo(iou, 14)]);
    });
    expect(formatEvaluation(evaluation)).toContain('label 4 of the references ignored');
    expect(worst).toHaveLength(1);
    // Surfaces too are those of what is annotated.
    const { evaluation: same } = await evaluate({ predictions: 'within.nii.gz', references: 'partial.nii.gz', labels: 'background,large,small,lesion,ignore' });
    expect(same.predictions.cases[0]!.labels).toEqual(one!.labels);
  });

  it('refuses a prediction with that label, and a table with it elsewhere', async () => {
    await expect(evaluate({ predictions: 'partial.nii.gz', references: 'partial.nii.gz', labels: 'background,large,small,lesion,ignore' })).rejects.toMatchObject({ code: 'InvalidLabelError', detail: { received: '4', expected: 'one of 0, 1, 2, 3' } });
    for (const labels of ['background,ignore,large', 'ignore', 'background,ignore']) {
      await expect(evaluate({ predictions: 'predicted.nii.gz', references: 'partial.nii.gz', labels })).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { field: '--labels' } });
    }
  });
});

describe('what cannot be evaluated', () => {
  const truth = twoBalls(dims, [1, 1.5, 2]);
  it('a case without counterpart', async () => {
    mkdirSync(join(folder, 'two'));
    for (const id of ['a', 'z']) await write(`two/${id}.nii.gz`, truth);
    await expect(evaluate({ predictions: 'two', references: 'truth' })).rejects.toMatchObject({ code: 'InvalidDatasetError', message: expect.stringContaining('none for z') });
    await expect(evaluate({ predictions: 'truth', references: 'two', subset: true })).rejects.toMatchObject({ code: 'InvalidDatasetError', message: expect.stringContaining('A prediction has no reference') });
    rmSync(join(folder, 'two/z.nii.gz'));
    await expect(evaluate({ predictions: 'two', references: 'truth' })).rejects.toMatchObject({ code: 'InvalidDatasetError', message: expect.stringContaining('none for b, c, "third". Pass --subset') });
    const { evaluation } = await evaluate({ predictions: 'two', references: 'truth', subset: true });
    expect(evaluation).toMatchObject({ left: 2, predictions: { cases: [{ caseId: 'a' }] } });
    await expect(evaluate({ predictions: 'truth', references: 'truth', against: 'two' })).rejects.toMatchObject({ code: 'InvalidDatasetError' });
    await expect(evaluate({ predictions: 'truth', references: 'truth', images: 'two' })).rejects.toMatchObject({ code: 'InvalidDatasetError' });
  });

  it('another geometry, naming both grids', async () => {
    await write('shifted.nii.gz', truth, boxGeometry(dims, [1, 1.5, 2], [3, 0, 0]));
    await expect(evaluate({ predictions: 'shifted.nii.gz', references: 'truth/a.nii.gz' })).rejects.toMatchObject({
      code: 'GeometryMismatchError',
      message: expect.stringContaining('corners up to 3.00 mm away'),
    });
  });

  it('a value that the table does not name, and files without any label', async () => {
    await expect(evaluate({ predictions: 'model', references: 'truth', labels: 'background,one' })).rejects.toMatchObject({ code: 'InvalidLabelError', message: expect.stringContaining('one of 0, 1 but received 2') });
    await write('nothing.nii.gz', new Uint8Array(truth.length));
    await expect(evaluate({ predictions: 'nothing.nii.gz', references: 'nothing.nii.gz' })).rejects.toMatchObject({ code: 'InvalidLabelError' });
  });

  it('paths and settings that make no sense', async () => {
    await expect(evaluate({ predictions: 'nowhere', references: 'truth' })).rejects.toMatchObject({ code: 'InvalidArgumentError', message: expect.stringContaining('no such file or folder') });
    await expect(evaluate({ predictions: 'model', references: 'truth/a.nii.gz' })).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    await expect(evaluate({ predictions: 'truth/a.nii.gz', references: 'truth' })).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    await expect(evaluate({ predictions: 'empty', references: 'truth' })).rejects.toMatchObject({ code: 'InvalidDatasetError' });
    await expect(evaluate({ predictions: 'model', references: 'truth', labels: 'liver,kidney' })).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    const settings = { tolerance: -1, faces: 'closed' as const, spacing: null };
    await expect(evaluate({ predictions: 'model', references: 'truth', settings })).rejects.toMatchObject({ code: 'InvalidArgumentError' });
  });

  it('leaves nothing behind where the results cannot be written', async () => {
    const { evaluation } = await evaluate({ predictions: 'model', references: 'truth' });
    writeFileSync(join(folder, 'file'), '');
    await expect(writeEvaluation(evaluation, [], { folder: join(folder, 'file/results'), now: new Date() })).rejects.toMatchObject({ code: 'InvalidArgumentError' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('ends with the reason of the signal', async () => {
    const control = new AbortController();
    const stopped = evaluate({ predictions: 'model', references: 'truth', signal: control.signal, onProgress: () => control.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
  });
});
