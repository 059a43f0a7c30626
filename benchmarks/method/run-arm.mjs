// One arm of the table: fine-tuning of the preliminary network, iteration by iteration.
import { evaluate, fineTune, predictCase } from '@geoscribe/model';
import { propagate, readPropagationCase, storePseudoLabel } from './propagate.mjs';
import { effortOf, simulatedReview } from './reviews.mjs';

const campaign = 'method';

/** Predictions of cases, by case. */
export async function predictAll({ settings, context }, network, cases) {
  const predictions = new Map();
  for (const imported of cases) {
    predictions.set(imported.id, await predictCase({ campaign, settings, network, case: imported }, context));
  }
  return predictions;
}

/** Dice of a network on the cases of a role, and the quality of pseudo labels where there are any. */
export async function measure({ settings, context, cases }, method, network, role, pseudo = null) {
  const { metrics, pseudoLabels } = await evaluate({ campaign, settings, method, network, test: cases[role], pseudo }, context);
  return { ...metrics, pseudoLabels };
}

/**
 * @param bench see `openWorkbench`
 * @param base `{ network, origin, reviews }`: the preliminary network, its predictions of the scribbled cases, and what the
 *   experts drew (absent: the simulated annotator draws)
 * @param {import('./arms.mjs').Arm} arm
 * @param {'choosing' | 'test'} role whose Dice is measured after every iteration
 */
export async function runArm(bench, base, arm, role) {
  const settings = { ...bench.settings, fineTuning: { ...bench.settings.fineTuning, ...arm.fineTuning } };
  const own = { ...bench, settings };
  const reviews = base.reviews ?? (await drawAll(own, base, arm));
  const { scribbled, full } = bench.cases;
  const iterations = [];
  let network = base.network;
  let predictions = base.origin;
  for (let iteration = 1; iteration <= settings.fineTuning.iterations; iteration++) {
    const usesPseudo = arm.training === 'pseudo';
    if (usesPseudo && iteration > 1) predictions = await predictAll(own, network, scribbled);
    const pseudo = usesPseudo ? await propagateAll(own, base, arm, predictions, reviews) : [];
    network = await fineTune(
      { campaign, settings, arm: 'main', iteration, network, full, pseudo, extraFull: arm.training === 'full' ? scribbled : [], validation: [] },
      bench.context,
    );
    const known = pseudo.map((pseudoLabel, index) => ({ case: scribbled[index], prediction: predictions.get(pseudoLabel.caseId), pseudoLabel }));
    iterations.push(await measure(own, arm.name, network, role, known.length === 0 ? null : { iteration, cases: known }));
    bench.say(`${arm.name}, iteration ${iteration}: ${iterations.at(-1).meanDice.toFixed(4)}`);
  }
  return { iterations, effort: effortOf([...reviews.values()]), network };
}

async function drawAll(bench, { origin }, arm) {
  const reviews = new Map();
  for (const imported of bench.cases.scribbled) {
    const strokes = arm.strokes ?? bench.annotator.strokesPerCase;
    reviews.set(imported.id, await simulatedReview(bench, imported, origin.get(imported.id), strokes));
  }
  return reviews;
}

async function propagateAll(bench, base, arm, predictions, reviews) {
  const pseudo = [];
  for (const { id } of bench.cases.scribbled) {
    const prediction = predictions.get(id);
    const origin = arm.origin === 'refreshed' ? prediction.label : base.origin.get(id).label;
    const read = await readPropagationCase(bench, prediction, origin);
    pseudo.push(await storePseudoLabel(bench, prediction, read, await propagate(bench, read, reviews.get(id), arm, base.network.distanceWeight)));
  }
  return pseudo;
}
