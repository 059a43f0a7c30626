import { slidingWindow } from '../inference/sliding-window.js';
import { argmax } from '../inference/softmax.js';
import type { Predictor } from '../inference/predictor.js';
import { diceByClass, meanForegroundDice } from '../metrics/dice.js';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';

/** A labelled case on the plan's grid that is predicted but never trained on. */
export interface ValidationCase {
  id: string;
  /** float32 `[C, Z, Y, X]`. */
  image: Float32Array;
  shape: TensorShape;
  /** `[Z, Y, X]`. */
  label: Uint8Array;
  /** Present where the label has ignored voxels: 0 there, 1 elsewhere. */
  confidence?: Float32Array;
}

export interface ValidationDice {
  /** Mean over the cases of a case's mean foreground Dice. */
  mean: number;
  /** Mean over the cases, by foreground class 1..C-1; null where no case has the class in label or prediction. */
  byClass: (number | null)[];
}

/**
 * Dice of whole-volume predictions over the cases that have foreground in label or prediction; ignored voxels do not count.
 *
 * @returns null where no case has
 * Cost: one sliding window a case.
 */
export async function validate(input: {
  predictor: Predictor;
  cases: ValidationCase[];
  plan: Plan;
  onCase?: (done: number) => void;
  signal?: AbortSignal;
}): Promise<ValidationDice | null> {
  const { predictor, cases, plan, onCase, signal } = input;
  const classes = plan.dataset.labels.length;
  const found: (number | null)[][] = [];
  for (const [index, { image, shape, label, confidence }] of cases.entries()) {
    const probability = await slidingWindow({
      predictor,
      image,
      shape,
      channels: plan.dataset.channels.length,
      classes,
      patch: plan.patch,
      mirrorAxes: plan.mirrorAxes,
      ...(signal !== undefined && { signal }),
    });
    found.push(diceByClass({ prediction: argmax(probability, classes), reference: label, classes, ...(confidence && { weights: confidence }) }));
    onCase?.(index + 1);
  }
  const mean = meanOf(found.map(meanForegroundDice));
  if (mean === null) return null;
  return { mean, byClass: Array.from({ length: classes - 1 }, (_, k) => meanOf(found.map((dice) => dice[k + 1]!))) };
}

function meanOf(values: (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((a, b) => a + b, 0) / defined.length;
}
