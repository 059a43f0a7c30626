import type { TensorShape } from '../morphology/tensor-shape.js';
import { batchLimits, largestCoverage } from './batch-limits.js';
import { budgets } from './budget.js';
import { estimateFeatureMaps } from './estimate-feature-maps.js';
import type { Fingerprint } from './fingerprint.js';
import { mirrorWarning } from './mirror-warning.js';
import type { Plan } from './plan.js';
import { anisotropyThreshold, medianPerAxis } from './target-spacing.js';
import { estimateTrainingMemory } from './training-memory.js';

export interface PlanReason {
  about: 'axes' | 'spacing' | 'patch' | 'network' | 'batch' | 'normalization' | 'mirroring' | 'loss' | 'memory';
  /** One or two plain sentences with the numbers. */
  text: string;
}

const axisNames = ['z', 'y', 'x'];

/**
 * Why a plan is what it is, in plain sentences with the numbers that decided.
 *
 * @param options.plan as `planExperiment` made it of `options.fingerprint`; of a plan from elsewhere it tells what it is.
 */
export function explainPlan({ plan, fingerprint }: { plan: Plan; fingerprint: Fingerprint }): PlanReason[] {
  return [
    { about: 'axes', text: axes(plan) },
    { about: 'spacing', text: spacing(plan, fingerprint) },
    { about: 'patch', text: patch(plan) },
    { about: 'network', text: network(plan) },
    { about: 'batch', text: batch(plan, fingerprint.spacings.length) },
    ...plan.dataset.channels.map((_, channel): PlanReason => ({ about: 'normalization', text: normalization(plan, fingerprint, channel) })),
    { about: 'mirroring', text: mirroring(plan) },
    { about: 'loss', text: loss(plan) },
    { about: 'memory', text: `Training on the CPU takes about ${(estimateTrainingMemory(plan) / 1e9).toFixed(1)} GB of memory at its peak.` },
  ];
}

function axes({ transposeForward, targetSpacing }: Plan): string {
  const order = transposeForward.map((axis) => axisNames[axis]!).join(', ');
  const first = axisNames[transposeForward[0]]!;
  return targetSpacing[0] > Math.max(targetSpacing[1], targetSpacing[2])
    ? `Axes are in the order ${order}: ${first} has the coarsest spacing and comes first. Sizes below are in this order.`
    : `Axes are in the order ${order}: no spacing is coarser than the others. Sizes below are in this order.`;
}

function spacing({ targetSpacing, transposeForward }: Plan, fingerprint: Fingerprint): string {
  const cases = fingerprint.spacings.length;
  const inOrder = (sizes: TensorShape): TensorShape => transposeForward.map((axis) => sizes[axis]!) as TensorShape;
  const median = inOrder(medianPerAxis(fingerprint.spacings));
  const target = `Every case is resampled to ${by(targetSpacing, 3)} mm`;
  if (by(median, 3) === by(targetSpacing, 3)) return `${target}, the median of ${counted(cases, 'case')} along each axis.`;
  const slices = inOrder(medianPerAxis(fingerprint.shapesAfterCrop));
  const coarse = median.indexOf(Math.max(...median));
  const others = [0, 1, 2].filter((axis) => axis !== coarse);
  const inPlane = Math.max(...others.map((axis) => median[axis]!));
  const fewest = Math.min(...others.map((axis) => slices[axis]!));
  const isCoarse = median[coarse]! > anisotropyThreshold * inPlane && slices[coarse]! * anisotropyThreshold < fewest;
  if (!isCoarse) return `${target}; the median of ${counted(cases, 'case')} is ${by(median, 3)} mm.`;
  return (
    `${target}. Along ${axisNames[transposeForward[coarse]!]!} the median is ${number(median[coarse]!, 3)} mm, more than ` +
    `${anisotropyThreshold} times ${number(inPlane, 3)} mm in plane, and ${number(slices[coarse]!, 1)} slices are fewer than a third of ${number(fewest, 1)} voxels: ` +
    `there the 10th percentile of ${counted(cases, 'case')} is taken, so that finely sliced cases keep their slices.`
  );
}

function patch({ patch: size, targetSpacing, medianShape, stages, budget, dataset }: Plan): string {
  const { memoryElements, patchVoxels } = budgets[budget];
  const millimetres = size.map((n, axis) => n * targetSpacing[axis]!) as TensorShape;
  const divisor = [0, 1, 2].map((axis) => stages.reduce((product, { stride }) => product * stride[axis]!, 1)) as TensorShape;
  const share = coveredShare(size, medianShape);
  const elements = estimateFeatureMaps({ patch: size, stages, classes: dataset.labels.length });
  const limit = [
    `${millions(elements)} of the ${millions(memoryElements)} million feature-map values that ${budget} allows a sample`,
    ...(patchVoxels === Infinity ? [] : [`${voxelsOf(size)} of at most ${patchVoxels} voxels`]),
  ].join(' and ');
  const covers =
    share >= 0.9995
      ? `as large as the median case of ${by(medianShape, 1)}`
      : `${(100 * share).toFixed(0)} % of the median case of ${by(medianShape, 1)}; more would not fit the budget`;
  return (
    `A patch is ${by(size, 0)} voxels (${by(millimetres, 0)} mm), ${covers}. ` +
    `It takes ${limit}. Its sides are multiples of ${by(divisor, 0)}, which the network's strides need.`
  );
}

function network({ stages }: Plan): string {
  const halvings = [0, 1, 2].map((axis) => stages.filter(({ stride }) => stride[axis]! > 1).length) as TensorShape;
  const flat = stages.filter(({ kernel }) => Math.min(...kernel) === 1).length;
  const kernels = flat === 0 ? 'Kernels are 3 x 3 x 3.' : `The first ${counted(flat, 'stage')} do not mix slices: the coarse axis has kernel 1 there.`;
  return `The U-Net has ${counted(stages.length, 'stage')} of ${stages.map(({ features }) => features).join(', ')} features and halves the axes ${by(halvings, 0)} times, while a side has 8 voxels and its spacing is within 2 times the finest. ${kernels}`;
}

function batch({ batch: size, patch: patchSize, stages, medianShape, budget, dataset }: Plan, cases: number): string {
  const fixed = budgets[budget].batch;
  if (fixed === size) return `A batch has ${size} patches: ${budget} fixes it.`;
  const elements = estimateFeatureMaps({ patch: patchSize, stages, classes: dataset.labels.length });
  const limits = batchLimits({ elements, patch: patchSize, medianShape, cases, budget: budgets[budget] });
  if (size !== Math.max(Math.min(limits.memory, limits.coverage), limits.minimum)) return `A batch has ${size} patches, as the plan's file says.`;
  return `A batch has ${size} patches: memory allows ${limits.memory}, ${100 * largestCoverage} % of the voxels of ${counted(cases, 'case')} are ${limits.coverage}, and ${limits.minimum} is the least.`;
}

function normalization({ normalization: schemes, dataset, foregroundIntensities }: Plan, fingerprint: Fingerprint, channel: number): string {
  const { scheme, useMask } = schemes[channel]!;
  const name = dataset.channels[channel]!;
  const { mean, std, percentile00_5, percentile99_5 } = foregroundIntensities[channel]!;
  switch (scheme) {
    case 'CT':
      return `Channel ${name} is clipped to [${number(percentile00_5, 2)}, ${number(percentile99_5, 2)}], the 0.5th and 99.5th percentile of labelled voxels, then has ${number(mean, 2)} subtracted and is divided by ${number(std, 2)}, the same for all cases: intensities of a CT mean the same everywhere.`;
    case 'z-score':
      return useMask
        ? `Channel ${name} gets mean 0 and deviation 1 in each case, over its non-zero voxels only: they are ${(100 * fingerprint.medianRelativeSizeAfterCrop).toFixed(0)} % of a median image, less than 75 %.`
        : `Channel ${name} gets mean 0 and deviation 1 in each case.`;
    case 'rescale-to-0-1':
      return `Channel ${name} is scaled to the range 0 to 1 in each case, as its name asks.`;
    case 'none':
      return `Channel ${name} stays as it is.`;
  }
}

function mirroring(plan: Plan): string {
  const axesMirrored = plan.transposeForward.filter((_, axis) => plan.mirrorAxes[axis]!).map((axis) => axisNames[axis]!);
  const what =
    axesMirrored.length === 0
      ? 'Patches are not mirrored.'
      : `Patches are mirrored along ${axesMirrored.join(', ')}, each in half of the cases; predictions are means over their mirrored images.`;
  const warning = mirrorWarning(plan);
  return warning === null ? what : `${what} ${warning}`;
}

function loss({ batchDice, patch: size, medianShape }: Plan): string {
  const share = `a patch covers ${(100 * coveredShare(size, medianShape)).toFixed(0)} % of the median case`;
  return batchDice ? `Dice sums run over the batch: ${share}, too little for every class to be in it.` : `Dice sums run over each sample: ${share}.`;
}

/** Share of the median case that one patch holds. */
function coveredShare(size: TensorShape, medianShape: TensorShape): number {
  return voxelsOf(size.map((n, axis) => Math.min(n, medianShape[axis]!)) as TensorShape) / voxelsOf(medianShape);
}

function by(sizes: TensorShape, digits: number): string {
  return sizes.map((value) => number(value, digits)).join(' x ');
}

function number(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

function millions(value: number): string {
  return (value / 1e6).toFixed(value < 1e7 ? 1 : 0);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function voxelsOf(shape: TensorShape): number {
  return shape[0] * shape[1] * shape[2];
}
