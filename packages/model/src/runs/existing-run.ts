import { canonicalJson } from '@geoscribe/core-io';
import type { DatasetListing } from '@geoscribe/core-io/node';
import { differingField } from '../plan/differing-field.js';
import { parsePlan } from '../plan/parse-plan.js';
import { labelledIds } from './labelled-ids.js';
import type { OpenRunOptions, Run } from './open-run.js';
import { readText, requireText } from './read-json-text.js';
import { parseRunFile } from './run-file.js';
import type { RunFolder } from './run-folder.js';
import { requireAgreement } from './run-settings.js';
import { parseSplits } from './splits.js';

/** A run that was made before; what was chosen must be what it says of itself. Errors: as `openRun`. */
export async function existingRun(options: OpenRunOptions, folder: RunFolder, listing: DatasetListing, text: string): Promise<Run> {
  const { chosen, preset } = options;
  const run = parseRunFile(text, folder.settings);
  const { dataset, settings } = run;
  const { labels, channels } = listing.description;
  requireAgreement({ file: folder.settings, stored: { ...dataset }, chosen: { labels, channels } });
  requireAgreement({ file: folder.settings, stored: settings, chosen });
  const plan = parsePlan(await requireText(folder.plan, 'Plan'), { file: folder.plan, dataset });
  requireAgreement({ file: folder.plan, stored: { budget: plan.budget }, chosen: { budget: preset } });
  if (options.plan !== undefined) {
    const other = parsePlan(await requireText(options.plan, 'Plan'), { file: options.plan, dataset });
    const difference = differingField(plan, other);
    if (difference !== null) requireAgreement({ file: folder.plan, stored: { [difference.field]: difference.expected }, chosen: { [difference.field]: difference.received } });
  }
  const ids = labelledIds(listing, options.data);
  const stored = await readText(folder.splits);
  const splits = stored === null ? null : parseSplits(stored, { file: folder.splits, ids });
  if (splits !== null && options.splits !== undefined) {
    const other = parseSplits(await requireText(options.splits, 'Splits'), { file: options.splits, ids });
    const isSame = canonicalJson(splits) === canonicalJson(other);
    if (!isSame) requireAgreement({ file: folder.splits, stored: { splits: 'those of the run' }, chosen: { splits: options.splits } });
  }
  return { folder, listing, settings, plan, splits };
}
