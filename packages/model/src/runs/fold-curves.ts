import { openCurves, type Curves, type CurvesOptions } from '../curves/open-curves.js';
import type { CurveOutcome } from '../curves/curve-run.js';
import { runParameters } from '../curves/run-parameters.js';
import type { EpochState } from '../engine/train-network.js';
import type { Plan } from '../plan/plan.js';

/** Where a fold's curves go besides JSON lines, CSV and the picture in its folder. */
export type CurveTargets = Pick<CurvesOptions, 'formats' | 'mlflow'>;

export interface FoldCurves {
  epoch(state: EpochState): Promise<void>;
  close(outcome: CurveOutcome): Promise<void>;
}

/** Curves of a fold, opened when its first epoch is known: only then is the precision that it computes in. */
export function foldCurves(options: CurveTargets & Pick<CurvesOptions, 'folder' | 'now' | 'warn'> & { name: string; plan: Plan }): FoldCurves {
  const { name, plan, ...targets } = options;
  let curves: Curves | null = null;
  return {
    async epoch({ curve, training }) {
      curves ??= await openCurves({ ...targets, run: { name, labels: plan.dataset.labels, parameters: runParameters(plan, training) } });
      await curves.epoch(curve);
    },
    close: async (outcome) => curves?.close(outcome),
  };
}
