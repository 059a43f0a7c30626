// What somebody drew in each case: the simulated annotator's strokes, or those of the data set's experts.
import { join } from 'node:path';
import { seedMapFromLabelMap, UNMARKED } from '@geoscribe/core-io';
import { encodeVolumeFile, readLabelMap } from '@geoscribe/core-io/node';
import { simulateAnnotator } from '@geoscribe/model';

/**
 * @typedef {object} DrawnCase
 * @property {'scribbles' | 'no-error'} kind
 * @property {import('@geoscribe/core-io').SeedMap} seeds on the image's grid
 * @property {number} strokes
 * @property {number} markedVoxels
 */

/** Strokes of the simulated annotator in the largest errors of a prediction. @returns {Promise<DrawnCase>} */
export async function simulatedReview({ store, settings, annotator }, imported, prediction, strokesPerCase) {
  const [predicted, truth] = await Promise.all(
    [prediction.labelMap, imported.label].map(async (ref) => readLabelMap(await store.path(ref))),
  );
  const { seedMap, strokes, markedVoxels } = simulateAnnotator({
    prediction: predicted.data,
    truth: truth.data,
    dims: predicted.geometry.dims,
    classes: settings.dataset.labels.length,
    ...annotator,
    strokesPerCase,
  });
  const kind = strokes.length === 0 ? 'no-error' : 'scribbles';
  return { kind, seeds: { geometry: predicted.geometry, data: seedMap }, strokes: strokes.length, markedVoxels };
}

/** Scribbles of the data set. @returns {Promise<DrawnCase>} */
export async function expertReview({ dataset }, imported) {
  const { scribbles } = dataset.files[imported.id];
  const labelMap = await readLabelMap(join(dataset.dir, scribbles));
  const seeds = seedMapFromLabelMap(labelMap, { classes: dataset.description.labels.length, unmarked: dataset.unmarked, file: scribbles });
  const markedVoxels = seeds.data.reduce((sum, value) => sum + (value === UNMARKED ? 0 : 1), 0);
  return { kind: 'scribbles', seeds, strokes: 0, markedVoxels };
}

/** The seed map as a stored file. */
export async function storedSeeds(store, { seeds }) {
  return store.put(await encodeVolumeFile(seeds), 'seed-map');
}

/** Mean effort of a case. */
export function effortOf(reviews) {
  const mean = (value) => reviews.reduce((sum, review) => sum + value(review), 0) / reviews.length;
  return {
    strokes: mean(({ strokes }) => strokes),
    markedVoxels: mean(({ markedVoxels }) => markedVoxels),
    markedShare: mean(({ markedVoxels, seeds }) => markedVoxels / seeds.data.length),
  };
}
