// All asked arms of one seed, the preliminary network first.
import { performance } from 'node:perf_hooks';
import { trainPreliminary } from '@geoscribe/model';
import { expertReview, storedSeeds } from './reviews.mjs';
import { measure, predictAll, runArm } from './run-arm.mjs';
import { openWorkbench } from './workbench.mjs';

const preliminaryArm = { name: 'preliminary', group: 'base', training: 'none' };

/** @returns the runs, the preliminary network's first, finished ones from their files */
export async function runSeed({ data, dataset, seed, arms, on: role, precision, folder, results, say }) {
  const bench = await openWorkbench({ dataset, seed, folder, precision, say: (line) => say(`${data}, seed ${seed}: ${line}`) });
  const { settings, annotator } = bench;
  const keyOf = (arm) => ({ data, seed, role, arm, settings, annotator });
  let base = null;
  const run = async (arm, work) => {
    const known = results.read(keyOf(arm));
    if (known !== null) return known;
    base ??= await startingPoint(bench);
    const before = await objectsOf(bench);
    const began = performance.now();
    const { network, ...figures } = await work(base);
    const finished = { data, seed, role, arm: arm.name, ...figures, seconds: (performance.now() - began) / 1000 };
    await results.write(keyOf(arm), finished);
    await removeNew(bench, before, network);
    return finished;
  };
  const runs = [
    await run(preliminaryArm, async ({ network }) => {
      const measured = await measure(bench, 'preliminary', network, role);
      bench.say(`preliminary: ${measured.meanDice.toFixed(4)}`);
      return { iterations: [measured], network };
    }),
  ];
  for (const arm of arms) {
    runs.push(await run(arm, async (from) => runArm(bench, arm.features === undefined ? from : await widened(bench, from, arm.features), arm, role)));
  }
  bench.context.networks.dispose();
  return runs;
}

/** The starting point with another number of features in the network's finest stage. */
async function widened(bench, { network }, features) {
  const plan = JSON.parse((await bench.store.get(network.plan)).toString('utf8'));
  const factor = features / plan.baseFeatures;
  const stages = plan.stages.map((stage) => ({ ...stage, features: Math.round(factor * stage.features) }));
  const wide = Buffer.from(JSON.stringify({ ...plan, baseFeatures: features, stages }));
  return startingPoint(bench, await bench.store.put(wide, 'plan'));
}

/**
 * The preliminary network, its predictions of the scribbled cases and, where experts drew, their scribbles.
 *
 * @param [plan] a plan in the store that is taken in place of one made from the cases
 */
export async function startingPoint(bench, plan = undefined) {
  const { context, settings, dataset, cases, store, say } = bench;
  const drawn = dataset.unmarked !== undefined;
  const reviews = drawn ? new Map(await Promise.all(cases.scribbled.map(async (one) => [one.id, await expertReview(bench, one)]))) : undefined;
  const scribbled = drawn
    ? await Promise.all(cases.scribbled.map(async (one) => ({ case: one, seeds: await storedSeeds(store, reviews.get(one.id)) })))
    : [];
  const network = await trainPreliminary({ campaign: 'method', settings, full: cases.full, validation: [], scribbled, plan }, context);
  say(`preliminary network: ${network.epochs} epochs, loss ${network.finalLoss.toFixed(3)}, w_d ${network.distanceWeight.map((w) => w.toFixed(3)).join(' ')}`);
  const origin = await predictAll(bench, network, cases.scribbled);
  // Preprocesses what is measured later, so that no arm's clean-up removes it.
  for (const role of ['choosing', 'test']) await predictAll(bench, network, cases[role]);
  return { network, origin, reviews };
}

export async function objectsOf({ store }) {
  const found = new Set();
  for await (const { sha256 } of store.list()) found.add(sha256);
  return found;
}

/** Predictions and pseudo labels of an arm are not needed again: only its last checkpoint is kept. */
export async function removeNew({ store }, before, { checkpoint, plan, curve }) {
  const kept = new Set([checkpoint, plan, curve].map(({ sha256 }) => sha256));
  for (const sha256 of await objectsOf({ store })) if (!before.has(sha256) && !kept.has(sha256)) await store.remove(sha256);
}
