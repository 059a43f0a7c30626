import { z } from 'zod';
import { devices, GeoscribeError, precisions } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';

const count = z.number().int().positive();

/** Everything besides plan and splits that decides a run's networks; the same for all its folds. */
export const runSettingsSchema = z.strictObject({
  /** Decides splits, first weights, patches and augmentation. */
  seed: z.number().int().nonnegative(),
  device: z.enum(devices),
  precision: z.enum(precisions),
  threads: count,
  /** Of a fold that nobody lengthened. */
  epochs: count,
  stepsPerEpoch: count,
  /** Epochs between two validations. */
  validateEvery: count,
  folds: count,
  /** Parts that a batch is computed in. */
  accumulate: count,
  /** The same bits on every run on `cuda` too. */
  deterministic: z.boolean(),
  trustImageGeometry: z.boolean(),
});

export type RunSettings = z.infer<typeof runSettingsSchema>;

/** Settings that somebody chose; the others are the run's own or, for a new run, the defaults. */
export type ChosenSettings = { [K in keyof RunSettings]?: RunSettings[K] | undefined };

/** What can be said about a setting that cannot be changed any more. */
const hints: { [K in keyof RunSettings]?: string } = {
  epochs: 'To train longer, use `--epochs +N`.',
};

/**
 * Refuses settings that are not those a run was begun with: its networks would no longer follow from what it says of
 * itself.
 *
 * @param options.file that holds the run's settings, named in errors.
 * @throws GeoscribeError `InvalidConfigError` naming the first field that differs, the run's value and the chosen one.
 */
export function requireAgreement(options: { file: string; stored: Record<string, unknown>; chosen: Record<string, unknown> }): void {
  const { file, stored, chosen } = options;
  for (const [field, value] of Object.entries(chosen)) {
    if (value === undefined || canonicalJson(value) === canonicalJson(stored[field])) continue;
    throw new GeoscribeError('InvalidConfigError', 'The run was begun with another setting', {
      file,
      field,
      expected: inWords(stored[field]),
      received: inWords(value),
      nextStep: hints[field as keyof RunSettings] ?? 'Leave the option out to go on as the run was begun, or train into another folder.',
    });
  }
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
