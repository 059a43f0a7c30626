import { counted } from '@geoscribe/campaign';
import { range } from '../report/format-number.js';
import type { Evaluation } from './evaluation.js';
import { formatDifference, formatMetric, formatProbability } from './format-metric.js';
import { metricList } from './metric-list.js';

const dice = metricList[0]!;

/** The last two parts of a path: what tells `a/predictions` from `b/predictions`, and no more of somebody's machine. */
export function shortName(path: string): string {
  return path.split(/[\\/]/).filter((part) => part !== '' && part !== '.').slice(-2).join('/');
}

/** The result in one or two sentences. */
export function leadOf({ predictions, comparison, labels }: Evaluation): string {
  const row = predictions.summary.find(({ label, metric }) => label === null && metric === 'dice');
  if (row === undefined || row.mean === null) return 'No case has a label in prediction or reference, so nothing can be stated.';
  const interval = row.interval === null ? '' : ` (95 % interval ${range(row.interval, (value) => formatMetric(dice, value))})`;
  const over = labels.length > 1 ? ` over ${counted(labels.length, 'label')}` : ` of ${labels[0]!.name}`;
  const found = `On ${counted(row.cases, 'case')} the ${row.cases > 1 || labels.length > 1 ? 'mean ' : ''}Dice${over} is ${formatMetric(dice, row.mean)}${interval}.`;
  const change = comparison?.find(({ label, metric }) => label === null && metric === 'dice');
  if (change?.test == null) return found;
  return `${found} Against the other model, paired by case: ${formatDifference(dice, change.difference)}${change.interval === null ? '' : ` (${range(change.interval, (value) => formatDifference(dice, value))})`}, p = ${formatProbability(change.test.pValue)}.`.replace('= <', '<');
}

/** How the figures were made, a sentence each. */
export function notesOf({ settings, left, ignoreLabel }: Evaluation): string[] {
  const { tolerance, faces, spacing } = settings;
  return [
    'A case in which prediction and reference both lack a label is left out of that label’s means. Where only one of them has it, Dice, IoU and NSD are 0 and the distances infinite: infinite distances are left out of the means, so read them beside the counts of missed and spurious cases.',
    'Volume difference: prediction minus reference over reference, with its sign; the published RAVD is its absolute value.',
    'HD95, MSSD, ASSD: distances between border voxels (6-neighbourhood) in both directions, in mm. HD95 is the larger of the two 95th percentiles, MSSD the largest distance, ASSD the mean of all. Equal to MONAI’s.',
    `NSD: share of both surfaces, by area, within ${tolerance} mm of the other; equal to DeepMind’s surface-distance.`,
    faces === 'closed'
      ? 'A label at the end of the volume has a surface there.'
      : 'A label that the end of the volume cuts has no surface there.',
    spacing === null ? 'Spacing: that of the files.' : `Spacing: ${spacing.join(' x ')} mm along x, y and z, given on the command line in place of that of the files.`,
    ...(ignoreLabel === undefined
      ? []
      : [`Voxels with the ignore label (${ignoreLabel}) in the reference count for nothing; a label that they cut has a surface there.`]),
    ...(left === 0 ? [] : [`${counted(left, 'reference')} without a prediction ${left === 1 ? 'was' : 'were'} left out.`]),
  ];
}
