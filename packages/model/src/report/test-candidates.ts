import { GeoscribeError, type ArtifactRef, type EvaluateOutput, type WriteReportInput } from '@geoscribe/campaign';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { withoutIgnored } from '../metrics/without-ignored.js';
import { testPicture } from './case-picture.js';
import { fixed } from './format-number.js';
import type { PictureCandidate } from './picture-candidate.js';
import { readImage, readLabelMap } from './report-artifacts.js';
import { caseMeans } from './report-rows.js';

/** The test cases, ranked by Dice of the method's last iteration; drawn on the image's own grid. */
export function testCandidates(input: WriteReportInput, store: ArtifactStore): PictureCandidate[] {
  const iterations = input.arms.find(({ arm }) => arm === 'main')?.iterations ?? [];
  const last = iterations.findLast(({ evaluation }) => evaluation?.metrics);
  if (!last?.evaluation?.metrics) return [];
  const means = caseMeans(last.evaluation.metrics);
  const predictionsOf = (evaluation: EvaluateOutput | null) => new Map(evaluation?.predictions.map(({ caseId, labelMap }) => [caseId, labelMap]));
  const before = predictionsOf(input.preliminary.evaluation);
  const after = predictionsOf(last.evaluation);
  return input.imported.flatMap(({ id, image, label, ignoreLabel }): PictureCandidate[] => {
    const refs = { before: before.get(id), after: after.get(id) };
    if (label === undefined || refs.before === undefined || refs.after === undefined) return [];
    const [first, second] = [refs.before, refs.after];
    return [
      {
        caseId: id,
        value: () => Promise.resolve(means.get(id) ?? null),
        describe: (value) => `Dice after iteration ${last.iteration} ${fixed(value, 3)}`,
        draw: () => draw({ image, label, ignoreLabel, before: first, after: second }, last.iteration, store),
      },
    ];
  });
}

interface Drawn {
  image: ArtifactRef;
  label: ArtifactRef;
  ignoreLabel: number | undefined;
  before: ArtifactRef;
  after: ArtifactRef;
}

/** All label maps are background where the truth is ignored: those voxels count for nothing. */
async function draw(refs: Drawn, iteration: number, store: ArtifactStore) {
  const { geometry, data: image } = await readImage(store, refs.image);
  const onGrid = async (ref: ArtifactRef): Promise<Uint8Array> => {
    const { data } = await readLabelMap(store, ref);
    if (data.length === image.length) return data;
    throw new GeoscribeError('GeometryMismatchError', 'Label map is on another grid than the image', {
      file: `${ref.kind} ${ref.sha256.slice(0, 12)}`,
      expected: `${image.length} voxels`,
      received: String(data.length),
    });
  };
  const known = { reference: await onGrid(refs.label), ignoreLabel: refs.ignoreLabel };
  const [truth, before, after] = [known.reference, await onGrid(refs.before), await onGrid(refs.after)].map((map) => withoutIgnored(map, known)) as [Uint8Array, Uint8Array, Uint8Array];
  return testPicture({ geometry, image, truth, before, after }, `Iteration ${iteration}`);
}
