import { z } from 'zod';
import { GeoscribeError } from '@geoscribe/campaign';
import { counterRandom } from '../training/counter-random.js';

/** Cases of each fold, in the form of nnU-Net's `splits_final.json`. */
export type Splits = { train: string[]; val: string[] }[];

const splitsSchema = z.array(z.strictObject({ train: z.array(z.string()).min(1), val: z.array(z.string()) })).min(1);

/**
 * Cross-validation: every case validates in exactly one fold.
 *
 * The sorted ids are shuffled by the seed (Fisher-Yates) and cut into `folds` runs whose lengths differ by at most 1, the
 * longer ones first; within a fold the ids are sorted again. The scheme of scikit-learn's `KFold(shuffle=True)`, with
 * random numbers of ours.
 *
 * @param options.ids labelled cases.
 * @param options.folds 2 and more, at most the number of cases.
 * @throws GeoscribeError `InvalidArgumentError` naming `--folds`.
 */
export function makeSplits({ ids, folds, seed }: { ids: readonly string[]; folds: number; seed: number }): Splits {
  if (folds < 2 || folds > ids.length) {
    throw new GeoscribeError('InvalidArgumentError', 'The cases cannot be split', {
      field: '--folds',
      expected: ids.length < 2 ? 'at least 2 labelled cases' : `2 to ${ids.length}, the number of labelled cases`,
      received: ids.length < 2 ? String(ids.length) : String(folds),
      nextStep: ids.length < 2 ? 'Use `--fold all` to train without validation.' : 'Use fewer folds, or `--fold all` to train without validation.',
    });
  }
  const sorted = [...ids].sort();
  const shuffled = [...sorted];
  const random = counterRandom(seed, 0);
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  const [short, longer] = [Math.floor(ids.length / folds), ids.length % folds];
  return Array.from({ length: folds }, (_, fold) => {
    const start = fold * short + Math.min(fold, longer);
    const val = new Set(shuffled.slice(start, start + short + (fold < longer ? 1 : 0)));
    return { train: sorted.filter((id) => !val.has(id)), val: sorted.filter((id) => val.has(id)) };
  });
}

/**
 * Reads a splits file, ours or nnU-Net's `splits_final.json`. Cases that it does not name take no part.
 *
 * @param options.ids labelled cases of the data set.
 * @throws GeoscribeError `InvalidConfigError` naming file, fold and the first case that is unknown, unlabelled, named twice,
 *   or in both groups.
 */
export function parseSplits(text: string, { file, ids }: { file: string; ids: readonly string[] }): Splits {
  const fail = (field: string, expected: string, received: string): never => {
    throw new GeoscribeError('InvalidConfigError', 'Splits cannot be used', { file, field, expected, received });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return fail('root', 'JSON', (cause as Error).message);
  }
  const parsed = splitsSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return fail(issue.path.join('.') || 'root', "a list of { train, val }, as in nnU-Net's splits_final.json", issue.message);
  }
  const known = new Set(ids);
  for (const [fold, { train, val }] of parsed.data.entries()) {
    const seen = new Map<string, string>();
    for (const [field, group] of [['train', train], ['val', val]] as const) {
      for (const id of group) {
        if (!known.has(id)) fail(`${fold}.${field}`, `labelled cases of the data set (${ids.slice(0, 3).join(', ')}, ...)`, id);
        const before = seen.get(id);
        if (before !== undefined) fail(`${fold}.${field}`, 'each case once in a fold', before === field ? `${id} twice` : `${id} in train and val`);
        seen.set(id, field);
      }
    }
  }
  return parsed.data;
}
