import { curveChart, type Series } from '../chart.js';
import { fixed, mean } from '../format-number.js';
import { html, type Html } from '../html.js';
import { classLineColours, drawnClasses } from '../../curves/progress-style.js';
import type { CurveEntry } from '../../training/training-record.js';
import type { ReportData, ReportTraining } from '../report-data.js';
import { swatch, table } from '../table.js';

/** Loss and validation Dice of every training on common axes. */
export function trainingSection({ trainings, settings }: ReportData): Html | null {
  const drawn = trainings.filter(({ curve }) => curve.length > 0);
  if (drawn.length === 0) return null;
  const preliminary = sharedRanges(drawn.filter(({ arm }) => arm === 'preliminary'));
  const fineTuning = sharedRanges(drawn.filter(({ arm }) => arm !== 'preliminary'));
  const validated = preliminary.dice !== null || fineTuning.dice !== null;
  const classes = drawn.some(({ curve }) => curve.some(({ validationDiceByClass }) => validationDiceByClass !== undefined)) ? settings.dataset.labels.slice(1) : [];
  return html`<section><h2>Training</h2>
<p class="note">All fine-tuning charts have the same vertical axes. The loss is cross-entropy minus Dice, so it may fall below zero. ${validated ? 'Validation Dice is measured on whole volumes of the validation cases.' : 'No validation cases were given, so only the loss is shown.'}</p>
${classes.length > 0 && html`<ul class="legend"><li>${swatch('var(--dice)', 'mean over classes')}</li>${classes.slice(0, drawnClasses).map((name, k) => html`<li>${swatch(classLineColours[k]!, name)}</li>`)}</ul>`}
<div class="grid-of-charts">
${drawn.map((training) => html`<figure><h3>${trainingName(training)}</h3>${chart(training, training.arm === 'preliminary' ? preliminary : fineTuning)}</figure>`)}
</div>
${table(
    'Trainings. Seconds a step: mean over epochs.',
    ['Training', 'Epochs', 'First loss', 'Last loss', 'Last validation Dice', ...classes, 'Seconds a step'],
    drawn.map((training) => [
      trainingName(training),
      training.curve.length,
      fixed(training.curve[0]?.loss, 3),
      fixed(training.curve.at(-1)?.loss, 3),
      fixed(training.curve.findLast(validatedEntry)?.validationDice, 3),
      ...classes.map((_, k) => fixed(training.curve.findLast(validatedEntry)?.validationDiceByClass?.[k], 3)),
      fixed(mean(training.curve.flatMap((entry) => entry.secondsPerStep ?? [])), 2),
    ]),
  )}
</section>`;
}

function trainingName({ arm, iteration }: ReportTraining): string {
  if (arm === 'preliminary') return 'preliminary';
  return arm === 'main' ? `iteration ${iteration}` : `${arm}, iteration ${iteration}`;
}

function validatedEntry({ validationDice }: CurveEntry): boolean {
  return validationDice !== undefined;
}

interface Ranges {
  loss: [number, number] | null;
  dice: [number, number] | null;
}

function sharedRanges(trainings: ReportTraining[]): Ranges {
  const entries = trainings.flatMap(({ curve }) => curve);
  return { loss: extent(entries.map(({ loss }) => loss)), dice: extent(entries.flatMap(({ validationDice, validationDiceByClass = [] }) => [validationDice ?? [], validationDiceByClass.flatMap((value) => value ?? [])].flat())) };
}

function chart(training: ReportTraining, { loss, dice }: Ranges): Html {
  const { curve } = training;
  const series: Series[] = [{ kind: 'loss', name: 'loss', range: loss ?? [0, 1], points: curve.map((entry) => ({ x: entry.epoch, y: entry.loss })) }];
  const validation = curve.filter(validatedEntry).map((entry) => ({ x: entry.epoch, y: entry.validationDice ?? 0 }));
  if (dice !== null && validation.length > 0) series.push({ kind: 'dice', name: 'validation Dice', range: dice, points: validation, behind: classLines(curve) });
  const ending = validation.length > 0 ? `, validation Dice ${fixed(validation.at(-1)?.y, 3)} at the end` : '';
  return curveChart(series, `${trainingName(training)}: loss from ${fixed(curve[0]?.loss, 3)} to ${fixed(curve.at(-1)?.loss, 3)} in ${curve.length} epochs${ending}.`);
}

/** Validation Dice of the first classes over the epochs, in the colours of `progress.svg`; an epoch in which no case has the class has no point. */
function classLines(curve: CurveEntry[]): NonNullable<Series['behind']> {
  const classes = Math.max(0, ...curve.map(({ validationDiceByClass = [] }) => validationDiceByClass.length));
  return classLineColours.slice(0, classes).map((colour, k) => ({
    colour,
    points: curve.flatMap(({ epoch, validationDiceByClass }) => {
      const y = validationDiceByClass?.[k];
      return y == null ? [] : [{ x: epoch, y }];
    }),
  }));
}

function extent(values: number[]): [number, number] | null {
  const finite = values.filter((value) => Number.isFinite(value));
  return finite.length === 0 ? null : [Math.min(...finite), Math.max(...finite)];
}
