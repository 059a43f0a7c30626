import { join } from 'node:path';
import type { ReportJson } from '@geoscribe/model';

type Training = ReportJson['trainings'][number];

/** One training of a campaign: its folder, its curve, and what it is called. */
export interface TrainingCurve {
  folder: string;
  history: Training['curve'];
  run: { name: string; labels: string[]; parameters: Record<string, string | number> };
}

/**
 * The trainings of a campaign that have a curve, each with a folder of its own below `folder`: `preliminary`,
 * `iteration-<n>` for the method and `<baseline>-<n>`.
 */
export function trainingCurves({ campaign, dataset, seed, labels, trainings }: ReportJson, folder: string): TrainingCurve[] {
  return trainings
    .filter(({ curve }) => curve.length > 0)
    .map(({ arm, iteration, curve }) => {
      const name = arm === 'preliminary' ? arm : `${arm === 'main' ? 'iteration' : arm}-${iteration}`;
      const parameters = { campaign, dataset, seed, arm, iteration, epochs: curve.length };
      return { folder: join(folder, name), history: curve, run: { name: `${campaign}: ${name}`, labels, parameters } };
    });
}
