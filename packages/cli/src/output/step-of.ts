import type { Progress } from '@geoscribe/campaign';
import type { ProgressCurve, ProgressStep } from './progress-printer.js';

/** What a running step shows: training counts its epochs as a whole, everything else its own steps. */
export function stepOf(activity: string, progress: Progress): ProgressStep {
  const { step, done, total, epoch, epochs, epochEnded } = progress;
  if (epoch === undefined || epochs === undefined) return { label: `${activity}: ${step}`, done, total: Math.max(1, total) };
  const detail = [`${step} ${done}/${total}`, ...figuresOf(progress)].join(', ');
  const milestone = epochEnded === true && { milestone: true };
  return { label: `${activity}: epoch`, done: epoch, total: Math.max(1, epochs), ...paceOf(progress, epoch, epochs), ...milestone, curves: curvesOf(progress), detail };
}

/** How far a training is, and how long its steps alone would still take. */
function paceOf({ step, done, total, secondsPerStep }: Progress, epoch: number, epochs: number): Pick<ProgressStep, 'fraction' | 'secondsLeft'> {
  // Whatever follows an epoch's steps belongs to that epoch.
  const finished = step === 'resume' || step !== 'train' ? epoch : epoch - 1 + done / Math.max(1, total);
  const fraction = Math.min(1, finished / Math.max(1, epochs));
  if (step !== 'train' || secondsPerStep === undefined) return { fraction };
  return { fraction, secondsLeft: ((epochs - epoch) * total + total - done) * secondsPerStep };
}

function curvesOf({ loss, validationDice, curve }: Progress): ProgressCurve[] {
  return [
    ...curveOf('loss', curve?.loss ?? [], loss),
    ...curveOf('validation Dice', curve?.validationDice ?? [], validationDice),
  ];
}

/** The newest value where the report has one: the loss of this epoch so far, the Dice just measured. */
function curveOf(name: string, values: readonly number[], newest: number | undefined): ProgressCurve[] {
  const shown = newest ?? values.at(-1);
  return shown === undefined ? [] : [{ name, values, text: shown.toFixed(3) }];
}

function figuresOf({ secondsPerStep, waitingShare, resumedFromEpoch }: Progress): string[] {
  return [
    ...(secondsPerStep === undefined ? [] : [`${secondsPerStep.toFixed(2)} s a step`]),
    ...(waitingShare === undefined ? [] : [`${(100 * waitingShare).toFixed(0)} % of it waiting`]),
    ...(resumedFromEpoch === undefined ? [] : [`resumed from epoch ${resumedFromEpoch}`]),
  ];
}

/** The figures of a progress report in one line. */
export function detailOf(progress: Progress): string {
  return [...curvesOf(progress).map(({ name, text }) => `${name} ${text}`), ...figuresOf(progress)].join(', ');
}
