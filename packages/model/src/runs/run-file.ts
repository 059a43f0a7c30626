import { z } from 'zod';
import { GeoscribeError, type DatasetDescription } from '@geoscribe/campaign';
import { runSettingsSchema, type RunSettings } from './run-settings.js';

const runSchema = z.strictObject({
  format: z.literal('geoscribe-run-1'),
  dataset: z.strictObject({ name: z.string(), labels: z.array(z.string()), channels: z.array(z.string()), ignoreLabel: z.number().optional() }),
  settings: runSettingsSchema,
});

/** What a run says of itself in `run.json`. */
export interface RunFile {
  dataset: DatasetDescription;
  settings: RunSettings;
}

export function encodeRunFile({ dataset, settings }: RunFile): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format: 'geoscribe-run-1', dataset, settings }, null, 2)}\n`);
}

/** Reads a `run.json`. @throws GeoscribeError `InvalidConfigError` naming file and field. */
export function parseRunFile(text: string, file: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = runSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new GeoscribeError('InvalidConfigError', `Run’s settings are not valid: ${issue.message}`, { file, field: issue.path.join('.') || 'root' });
}
