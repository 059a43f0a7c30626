import { GeoscribeError, type DatasetDescription } from '@geoscribe/campaign';
import { canonicalJson } from '@geoscribe/core-io';
import { planSchema, type Plan } from './plan.js';
import { requireTrainable } from './require-trainable.js';

/**
 * The plan of a file that `geoscribe plan --output` wrote, or a person edited.
 *
 * @param options.file named in errors.
 * @param options.dataset that is to be trained: labels and channels must be the plan's.
 * @throws GeoscribeError `InvalidConfigError` naming file and field: not JSON, not a plan, nnU-Net's own plans file, a plan of
 *   another data set, or one as `requireTrainable` refuses.
 */
export function parsePlan(text: string, options: { file: string; dataset: DatasetDescription }): Plan {
  const { file, dataset } = options;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GeoscribeError('InvalidConfigError', 'Plan is malformed', { file, expected: 'JSON', received: (cause as Error).message }, { cause });
  }
  if (typeof value === 'object' && value !== null && 'configurations' in value) {
    throw new GeoscribeError('InvalidConfigError', "The file is nnU-Net's own", {
      file,
      expected: 'a plan of geoscribe',
      received: 'an nnUNetPlans.json',
      nextStep: `Take it over with \`geoscribe plan DATA --import ${file} --output plan.json\`.`,
    });
  }
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new GeoscribeError('InvalidConfigError', `Plan is not valid: ${issue.message}`, { file, field: issue.path.join('.') || 'root' });
  }
  for (const field of ['labels', 'channels'] as const) {
    const [expected, received] = [dataset[field], parsed.data.dataset[field]];
    if (canonicalJson(expected) === canonicalJson(received)) continue;
    throw new GeoscribeError('InvalidConfigError', 'Plan is of another data set', {
      file,
      field: `dataset.${field}`,
      expected: expected.join(', '),
      received: received.join(', '),
      nextStep: 'Plan anew with `geoscribe plan`.',
    });
  }
  requireTrainable(parsed.data, { file });
  return parsed.data;
}
