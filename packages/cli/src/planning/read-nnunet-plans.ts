import { readFile } from 'node:fs/promises';
import { faultInWords } from '@geoscribe/core-io/node';
import { GeoscribeError, type BudgetName, type DatasetDescription } from '@geoscribe/campaign';
import { importNnunetPlans, type Plan } from '@geoscribe/model';

/**
 * The plan of an `nnUNetPlans.json`.
 *
 * @throws GeoscribeError `InvalidConfigError` where the file cannot be read or is not JSON; as `importNnunetPlans`.
 */
export async function readNnunetPlans(file: string, options: { dataset: DatasetDescription; budget: BudgetName }): Promise<Plan> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidConfigError', 'Plans file cannot be read', { file, expected: 'an nnUNetPlans.json', received: faultInWords(cause) }, { cause });
  });
  let plans: unknown;
  try {
    plans = JSON.parse(text);
  } catch (cause) {
    throw new GeoscribeError('InvalidConfigError', 'Plans file is malformed', { file, expected: 'JSON', received: (cause as Error).message }, { cause });
  }
  return importNnunetPlans({ plans, file, ...options });
}
