// Strength and reach of a stroke chosen on labelled cases that the network was not trained on: does the choice help others?
import { casePropertiesSchema, preprocessLabel, pseudoLabelQuality } from '@geoscribe/model';
import { readLabelMap } from '@geoscribe/core-io/node';
import { propagate, readPropagationCase } from './propagate.mjs';
import { simulatedReview } from './reviews.mjs';
import { predictAll } from './run-arm.mjs';
import { startingPoint } from './run-seed.mjs';
import { openWorkbench } from './workbench.mjs';

const betas = [3, 4, 6, 8, 12];
const reaches = [0.5, 0.75, 1, 1.5];

/**
 * Mean Dice of the pseudo labels for every strength and reach, on the cases for choosing and on the scribbled ones.
 *
 * @returns rows `{ seed, beta, reach, choosing, scribbled }`, each with `after` and `afterWeighted`
 */
export async function calibrate({ data, dataset, seed, precision, folder, say }) {
  const bench = await openWorkbench({ dataset, seed, folder, precision, say: (line) => say(`${data}, seed ${seed}: ${line}`) });
  const { network } = await startingPoint(bench);
  const drawn = { choosing: await drawnCases(bench, network, 'choosing'), scribbled: await drawnCases(bench, network, 'scribbled') };
  const rows = [];
  for (const beta of betas) {
    for (const reach of reaches) {
      const arm = { geodesic: { beta }, reach };
      const qualities = (cases) => qualityOf(bench, cases, arm, network.distanceWeight);
      const [choosing, scribbled] = [await qualities(drawn.choosing), await qualities(drawn.scribbled)];
      rows.push({ seed, beta, reach, choosing, scribbled });
    }
  }
  bench.say('strength and reach measured');
  bench.context.networks.dispose();
  return rows;
}

async function drawnCases(bench, network, role) {
  const { context, settings, annotator, store } = bench;
  const predictions = await predictAll(bench, network, bench.cases[role]);
  const { plan } = await context.networks.load(network.checkpoint, settings.device);
  return Promise.all(
    bench.cases[role].map(async (imported) => {
      const prediction = predictions.get(imported.id);
      const properties = casePropertiesSchema.parse(JSON.parse((await store.get(prediction.preprocessed.properties)).toString('utf8')));
      return {
        read: await readPropagationCase(bench, prediction, prediction.label),
        review: await simulatedReview(bench, imported, prediction, annotator.strokesPerCase),
        truth: preprocessLabel({ label: await readLabelMap(await store.path(imported.label)), properties, plan, id: imported.id }),
      };
    }),
  );
}

async function qualityOf(bench, cases, arm, classWeight) {
  const qualities = [];
  for (const { read, review, truth } of cases) {
    const { pseudoLabel, confidence } = await propagate(bench, read, review, arm, classWeight);
    const classes = bench.settings.dataset.labels.length;
    qualities.push(pseudoLabelQuality({ pseudoLabel, confidence, prediction: read.origin, reference: truth, classes }));
  }
  const mean = (field) => qualities.reduce((sum, quality) => sum + quality[field], 0) / qualities.length;
  return { after: mean('after'), afterWeighted: mean('afterWeighted') };
}
