import { grouped, type ImportedCase, type Prediction, type PseudoLabel, type WriteReportInput } from '@geoscribe/campaign';
import { scatterSeeds } from '@geoscribe/core-io';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { diceByClass, meanForegroundDice } from '../metrics/dice.js';
import { withoutIgnored } from '../metrics/without-ignored.js';
import { planSchema } from '../plan/plan.js';
import { casePropertiesSchema } from '../preprocessing/case-properties.js';
import { preprocessLabel } from '../preprocessing/preprocess-label.js';
import { scribbledPicture, type CasePicture } from './case-picture.js';
import { fixed } from './format-number.js';
import type { PictureCandidate } from './picture-candidate.js';
import { readGrid, readJson, readLabelMap } from './report-artifacts.js';

interface ScribbledCase {
  imported: ImportedCase;
  prediction: Prediction;
  pseudo: PseudoLabel;
}

/**
 * The proofread cases, ranked by Dice of the prediction that the annotator saw; by flipped voxels (fewest is best) where
 * a true label is missing.
 */
export function scribbledCandidates(input: WriteReportInput, store: ArtifactStore): PictureCandidate[] {
  const cases = input.lastPseudoLabels.flatMap((pseudo): ScribbledCase[] => {
    const imported = input.imported.find(({ id }) => id === pseudo.caseId);
    const prediction = input.firstPredictions.find(({ caseId }) => caseId === pseudo.caseId);
    return imported && prediction ? [{ imported, prediction, pseudo }] : [];
  });
  const known = cases.every(({ imported }) => imported.label !== undefined);
  const classes = input.settings.dataset.labels.length;
  return cases.map((one) => ({
    caseId: one.pseudo.caseId,
    value: async () => (known ? await firstDice(one, classes, store) : -one.pseudo.statistics.flippedVoxels),
    describe: (value) => (known ? `Dice of the first prediction ${fixed(value, 3)}` : `${grouped(-value)} voxels flipped by the scribbles, fewest is best`),
    draw: () => draw(one, input, store),
  }));
}

async function firstDice({ imported, prediction }: ScribbledCase, classes: number, store: ArtifactStore): Promise<number | null> {
  if (imported.label === undefined) return null;
  const known = { reference: (await readLabelMap(store, imported.label)).data, ignoreLabel: imported.ignoreLabel };
  const predicted = withoutIgnored((await readLabelMap(store, prediction.labelMap)).data, known);
  return meanForegroundDice(diceByClass({ prediction: predicted, reference: withoutIgnored(known.reference, known), classes }));
}

/** Everything on the plan's grid, where pseudo label and confidence live. */
async function draw({ imported, prediction, pseudo }: ScribbledCase, input: WriteReportInput, store: ArtifactStore): Promise<CasePicture> {
  const { geometry, ...properties } = await readJson(store, pseudo.preprocessed.properties, casePropertiesSchema);
  const plan = await readJson(store, input.preliminary.network.plan, planSchema);
  // Of a label with ignored voxels no outline would be true.
  const label = imported.label && imported.ignoreLabel === undefined ? await readLabelMap(store, imported.label) : undefined;
  const seeds = input.effort.find(({ caseId }) => caseId === pseudo.caseId)?.seeds;
  const labels = async (ref: Prediction['label']) => Uint8Array.from(await readGrid(store, ref));
  return scribbledPicture({
    geometry,
    image: await readGrid(store, pseudo.preprocessed.image),
    prediction: await labels(prediction.label),
    pseudoLabel: await labels(pseudo.pseudoLabel),
    confidence: await readGrid(store, pseudo.confidence),
    ...(seeds && { seeds: scatterSeeds(await readLabelMap(store, seeds), geometry).seedMap }),
    ...(label && { truth: preprocessLabel({ label, properties: { ...properties, geometry }, plan }) }),
  });
}
