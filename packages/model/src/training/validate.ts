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
}

/**
 * Mean foreground Dice of whole-volume predictions, mean over the cases that have foreground in label or prediction.
 *
 * @returns null where no case has
 */
export async function validate(input: {
  predictor: Predictor;
  cases: ValidationCase[];
  plan: Plan;
  onCase?: (done: number) => void;
  signal?: AbortSignal;
}): Promise<number | null> {
  const { predictor, cases, plan, onCase, signal } = input;
  const classes = plan.dataset.labels.length;
  const values: number[] = [];
  for (const [index, { image, shape, label }] of cases.entries()) {
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
    const dice = meanForegroundDice(diceByClass({ prediction: argmax(probability, classes), reference: label, classes }));
    if (dice !== null) values.push(dice);
    onCase?.(index + 1);
  }
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}
