import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GeoscribeError, type SubmissionReceipt } from '@geoscribe/campaign';
import { faultInWords, readRecord } from '@geoscribe/core-io/node';
import type { ReviewDesk, ScribbleValues } from '@geoscribe/workflows/client';

const seedMapRecord = { unmarked: 255, background: 0 };

/** A file of a scribble folder and the case it is about. */
interface ScribbleFile {
  caseId: string;
  file: string;
  kind: 'scribbles' | 'no-error';
  /** Files that `geoscribe scribbles export` wrote are seed maps, whatever the drawing tool's values are. */
  exported: boolean;
}

/**
 * Submits a folder of `<case>*.nii.gz`, `<case>*.nii` or `<case>*.seed`, or one that `scribbles export` wrote, in which
 * `<case>.json` beside no volume means "no error". All files are matched to cases before anything is submitted.
 *
 * @throws GeoscribeError `InvalidScribbleError` for a file of no case, two files of one case, or an empty folder.
 */
export async function submitFolder(
  review: ReviewDesk,
  folder: string,
  caseIds: readonly string[],
  values: ScribbleValues,
): Promise<SubmissionReceipt[]> {
  const files = await matchFiles(folder, caseIds);
  const receipts: SubmissionReceipt[] = [];
  for (const { caseId, file, kind, exported } of files) {
    receipts.push(
      kind === 'no-error'
        ? await review.submitNoError(caseId)
        : await review.submitFile(caseId, file, exported ? seedMapRecord : values),
    );
  }
  return receipts;
}

async function matchFiles(folder: string, caseIds: readonly string[]): Promise<ScribbleFile[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidScribbleError', 'The scribble folder cannot be read', { file: folder, expected: 'a folder of scribbles', received: faultInWords(cause) }, { cause });
  });
  const volumes = names.filter((name) => /\.(nii|nii\.gz|seed)$/.test(name) && !name.startsWith('.')).sort();
  const records = new Set(names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length)));
  const matched = new Map<string, ScribbleFile>();
  for (const name of volumes) {
    const caseId = longestPrefix(name, caseIds);
    if (caseId === null) throw problem(folder, `${name} belongs to no case`, 'names that begin with a scribbled case');
    const earlier = matched.get(caseId);
    if (earlier !== undefined) throw problem(folder, `${name} and ${earlier.file} are both of case ${caseId}`, 'one file a case');
    matched.set(caseId, { caseId, file: join(folder, name), kind: 'scribbles', exported: records.has(caseId) });
  }
  for (const caseId of records) {
    if (matched.has(caseId) || !caseIds.includes(caseId)) continue;
    const { kind } = await readRecord(join(folder, `${caseId}.json`));
    if (kind === 'no-error') matched.set(caseId, { caseId, file: join(folder, `${caseId}.json`), kind, exported: true });
  }
  if (matched.size === 0) throw problem(folder, 'none', 'files <case>*.nii.gz, <case>*.nii or <case>*.seed');
  return [...matched.values()];
}

/** `case10_drawn.nii.gz` is of `case10`, not of `case1`. */
function longestPrefix(name: string, caseIds: readonly string[]): string | null {
  const fitting = caseIds.filter((id) => name.startsWith(id) && !/^[A-Za-z0-9]/.test(name.slice(id.length)));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}

function problem(folder: string, received: string, expected: string): GeoscribeError {
  return new GeoscribeError('InvalidScribbleError', 'The scribble folder does not fit the campaign', { file: folder, expected, received });
}
