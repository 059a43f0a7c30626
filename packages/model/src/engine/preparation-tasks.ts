import { loadCase, type DatasetListing } from '@geoscribe/core-io/node';
import { caseFingerprint, type CaseFingerprint } from '../plan/fingerprint.js';
import type { Plan } from '../plan/plan.js';
import { encodeCase, type EncodedCase, type LabelUse } from '../preprocessing/encode-case.js';
import { readCaseFiles, type CaseFiles } from './case-files.js';

/** Files of a case in a data set's folder. */
export interface ListedCase {
  directory: string;
  /** With this case only. */
  listing: DatasetListing;
  trustImageGeometry: boolean;
}

/** What a thread does with one case before it is trained on. */
export type PreparationTask =
  | { kind: 'preprocess'; files: CaseFiles; labelUse: LabelUse; plan: Plan }
  | { kind: 'fingerprint'; files: CaseFiles; marks: 'label' | 'seeds' }
  | { kind: 'fingerprint-listed'; case: ListedCase };

export type PreparationResult = EncodedCase | CaseFingerprint;

/** Does a task in this thread. Errors: those of reading, `preprocessImage`, `preprocessLabel` and `caseFingerprint`. */
export async function runPreparation(task: PreparationTask): Promise<PreparationResult> {
  if (task.kind === 'fingerprint-listed') {
    const { directory, listing, trustImageGeometry } = task.case;
    const { id } = listing.cases[0]!;
    const { channels, label, ignoreLabel } = await loadCase(directory, listing, id, { trustImageGeometry });
    return caseFingerprint({ id, channels, ...(label !== undefined && { label, ignoreLabel }) });
  }
  const { id, ignoreLabel } = task.files;
  const { channels, label } = await readCaseFiles(task.files);
  if (task.kind === 'preprocess') return encodeCase({ id, channels, label, ignoreLabel, labelUse: task.labelUse, plan: task.plan });
  if (task.marks === 'label') return caseFingerprint({ id, channels, label: label!, ignoreLabel });
  return caseFingerprint({ id, channels, seeds: { ...label!, data: Uint8Array.from(label!.data) } });
}
