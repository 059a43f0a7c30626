import type { LabelScores } from '../metrics/label-scores.js';

/** One measure that an evaluation states. */
export interface Metric {
  key: Exclude<keyof LabelScores, 'label' | 'predictionVoxels' | 'referenceVoxels'>;
  /** Column's name. */
  title: string;
  /** What a better value is: higher, lower, or nearer to 0. */
  better: 'higher' | 'lower' | 'zero';
  kind: 'share' | 'percent' | 'mm';
  /** As tables print it. */
  decimals: number;
}

export type MetricKey = Metric['key'];

export const metricKeys = ['dice', 'iou', 'relativeVolumeDifference', 'hd95', 'mssd', 'assd', 'nsd'] as const satisfies readonly MetricKey[];

/** All measures, in the order of tables. */
export const metricList: readonly Metric[] = [
  { key: 'dice', title: 'Dice', better: 'higher', kind: 'share', decimals: 3 },
  { key: 'iou', title: 'IoU', better: 'higher', kind: 'share', decimals: 3 },
  { key: 'relativeVolumeDifference', title: 'Volume difference', better: 'zero', kind: 'percent', decimals: 2 },
  { key: 'hd95', title: 'HD95', better: 'lower', kind: 'mm', decimals: 2 },
  { key: 'mssd', title: 'MSSD', better: 'lower', kind: 'mm', decimals: 2 },
  { key: 'assd', title: 'ASSD', better: 'lower', kind: 'mm', decimals: 3 },
  { key: 'nsd', title: 'NSD', better: 'higher', kind: 'share', decimals: 3 },
];
