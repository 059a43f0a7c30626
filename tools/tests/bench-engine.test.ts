import { expect, it } from 'vitest';
import { importNnunetPlans, planExperiment, type Plan } from '@geoscribe/model';

/** The benchmark is plain JavaScript: its functions, with the types that they document. */
async function benchmark<T>(file: string): Promise<T> {
  return (await import(new URL(`../../benchmarks/engine/${file}`, import.meta.url).href)) as T;
}

const { nnunetPlans } = await benchmark<{ nnunetPlans: (plan: Plan) => { plans: unknown; dataset: { labels: Record<string, number> } } }>('nnunet-plans.mjs');
const { differenceOf } = await benchmark<{ differenceOf: (ours: object, theirs: object) => number }>('agreement.mjs');
const { startContestant } = await benchmark<{
  startContestant: (options: { label: string; command: string; arguments: string[]; environment: object }) => Promise<{ run: (count: number) => Promise<number[]>; kill: () => void }>;
}>('contestant.mjs');

it("gives nnU-Net the plan that we would read from nnU-Net's file", () => {
  const intensities = { mean: 60, median: 80, std: 90, min: -200, max: 350, percentile00_5: -150, percentile99_5: 250 };
  const dataset = { name: 'test', labels: ['background', 'liver', 'lesion'], channels: ['CT', 'MR'] };
  const plan = planExperiment({
    fingerprint: {
      spacings: [[0.8, 0.8, 3.5]], shapesAfterCrop: [[512, 512, 60]], medianRelativeSizeAfterCrop: 0.6,
      foregroundIntensities: [intensities, intensities],
    },
    dataset,
    budget: 'cpu-small',
  });
  const { plans, dataset: json } = nnunetPlans(plan);
  expect(importNnunetPlans({ plans, file: 'nnUNetPlans.json', dataset, budget: 'cpu-small' })).toEqual(plan);
  expect(json.labels).toEqual({ background: 0, liver: 1, lesion: 2 });
});

it('measures how far results are apart by field, relative to the greatest value', () => {
  const theirs = { loss: 2, values: [0, 4, -8, 0] };
  expect(differenceOf(theirs, theirs)).toBe(0);
  // A mean of 1 over four values whose greatest magnitude is 8.
  expect(differenceOf({ loss: 2, values: [4, 4, -8, 0] }, theirs)).toBe(1 / 8);
  expect(differenceOf({ loss: 3, values: theirs.values }, theirs)).toBe(0.5);
  expect(differenceOf({ loss: 2, values: [0] }, theirs)).toBe(Infinity);
  expect(differenceOf({ loss: NaN, values: theirs.values }, theirs)).toBeNaN();
});

it('a process that fails is an error with what it said, at its start and during a run', async () => {
  const start = (script: string) => startContestant({ label: 'predict, nnunetv2', command: process.execPath, arguments: ['-e', script], environment: {} });
  await expect(start('console.error("no torch"); process.exit(3)')).rejects.toThrow(/predict, nnunetv2.*exit status 3[\s\S]*no torch/);
  const dies = await start('console.log(JSON.stringify({ phase: "ready" })); process.stdin.once("data", () => { console.error("out of memory"); process.exit(1); })');
  await expect(dies.run(1)).rejects.toThrow(/exit status 1[\s\S]*out of memory/);
  const works = await start('console.log("noise"); console.log(JSON.stringify({ phase: "ready" })); process.stdin.once("data", () => console.log(JSON.stringify({ phase: "ran", seconds: [1] })))');
  expect(await works.run(1)).toEqual([1]);
  works.kill();
});
