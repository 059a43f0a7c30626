import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { campaignNameSchema, caseIdSchema, GeoscribeError, submissionIdSchema, submissionKinds } from '@geoscribe/campaign';
import { decodeLabelMap } from '../index.js';
import type { Volume } from '../volume.js';
import { syncFolder, writeAtomically } from './write-atomically.js';

const storedSubmissionSchema = z.strictObject({
  format: z.literal('geoscribe-submission'),
  version: z.literal(1),
  campaign: campaignNameSchema,
  caseId: caseIdSchema,
  submissionId: submissionIdSchema,
  kind: z.enum(submissionKinds),
  author: z.string(),
  /** ISO 8601. */
  time: z.string(),
  seconds: z.number().optional(),
  strokes: z.number(),
  markedVoxels: z.number(),
  markedShare: z.number(),
  geometry: z.strictObject({
    dims: z.tuple([z.number(), z.number(), z.number()]),
    spacing: z.tuple([z.number(), z.number(), z.number()]),
    affine: z.array(z.number()).length(16),
  }),
});

/** One answer of a person about one case, as it lies on disk beside its seed map. */
export type StoredSubmission = z.infer<typeof storedSubmissionSchema>;

const recordFile = 'submission.json';
const seedsFile = 'seeds.nii.gz';

/**
 * The folder in which people's work is kept: `<root>/<campaign>/<case>/<submission>/{submission.json, seeds.nii.gz}`.
 *
 * Entries describe themselves and are written before Temporal hears of them, so that no stroke depends on Temporal's
 * database. Seed maps are label maps on the image's own grid, unmarked = 255.
 */
export class SubmissionFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Keeps a submission; written completely or not at all. Repeating it with the same id changes nothing.
   *
   * @param seeds gzipped NIfTI of the seed map; null exactly for `no-error`.
   * @throws GeoscribeError `InvalidScribbleError` for a record that is malformed, e.g. an id that is no plain name.
   */
  async write(submission: StoredSubmission, seeds: Uint8Array | null): Promise<void> {
    checkRecord(submission, recordFile);
    const parent = join(this.#root, submission.campaign, submission.caseId);
    const folder = join(parent, submission.submissionId);
    const partial = join(parent, `.${submission.submissionId}.${randomUUID()}`);
    await mkdir(partial, { recursive: true });
    try {
      if (seeds !== null) await writeAtomically(join(partial, seedsFile), seeds);
      await writeAtomically(join(partial, recordFile), Buffer.from(`${JSON.stringify(submission, null, 2)}\n`));
      await rename(partial, folder);
      await syncFolder(parent);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      if (isExisting(error)) return;
      throw error;
    }
  }

  /** All submissions of a campaign, oldest first. @throws GeoscribeError `InvalidScribbleError` naming a broken record. */
  async list(campaign: string): Promise<StoredSubmission[]> {
    const root = join(this.#root, campaign);
    const records: StoredSubmission[] = [];
    for (const caseId of await visibleEntries(root)) {
      for (const id of await visibleEntries(join(root, caseId))) {
        records.push(await readRecord(join(root, caseId, id, recordFile)));
      }
    }
    return records.sort((a, b) => a.time.localeCompare(b.time) || a.submissionId.localeCompare(b.submissionId));
  }

  /** The campaign whose submissions lie here. @throws GeoscribeError `InvalidArgumentError` where there are none or several. */
  async onlyCampaign(): Promise<string> {
    const campaigns = await visibleEntries(this.#root);
    if (campaigns.length === 1) return campaigns[0]!;
    throw new GeoscribeError('InvalidArgumentError', 'Which campaign is meant is not clear', {
      field: '--campaign',
      expected: campaigns.length === 0 ? 'a campaign with submissions' : `one of ${campaigns.join(', ')}`,
      received: 'none',
    });
  }

  /** The newest submission of every case. */
  async latest(campaign: string): Promise<StoredSubmission[]> {
    const byCase = new Map((await this.list(campaign)).map((submission) => [submission.caseId, submission]));
    return [...byCase.values()].sort((a, b) => a.caseId.localeCompare(b.caseId));
  }

  /** Gzipped NIfTI of a submission's seed map. */
  async seedBytes(submission: StoredSubmission): Promise<Buffer> {
    return readFile(join(this.#folderOf(submission), seedsFile));
  }

  async seeds(submission: StoredSubmission): Promise<Volume<Uint8Array>> {
    const volume = decodeLabelMap(gunzipSync(await this.seedBytes(submission)), { file: seedsFile });
    return { geometry: volume.geometry, data: Uint8Array.from(volume.data) };
  }

  /**
   * Copies the newest submission of every case to `destination/<case>.nii.gz` with its record `<case>.json`: a folder
   * that another campaign can start from. Cases without error have a record only.
   *
   * @returns ids of the exported cases.
   */
  async exportTo(campaign: string, destination: string): Promise<string[]> {
    await mkdir(destination, { recursive: true });
    const latest = await this.latest(campaign);
    for (const submission of latest) {
      const folder = this.#folderOf(submission);
      await copyFile(join(folder, recordFile), join(destination, `${submission.caseId}.json`));
      if (submission.kind === 'scribbles') {
        await copyFile(join(folder, seedsFile), join(destination, `${submission.caseId}.nii.gz`));
      }
    }
    return latest.map(({ caseId }) => caseId);
  }

  #folderOf({ campaign, caseId, submissionId }: StoredSubmission): string {
    return join(this.#root, campaign, caseId, submissionId);
  }
}

/** Reads one `submission.json`. @throws GeoscribeError `InvalidScribbleError` naming file and field. */
export async function readRecord(file: string): Promise<StoredSubmission> {
  const text = await readFile(file, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GeoscribeError('InvalidScribbleError', 'Submission record is not JSON', { file }, { cause });
  }
  return checkRecord(json, file);
}

function checkRecord(json: unknown, file: string): StoredSubmission {
  const parsed = storedSubmissionSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new GeoscribeError('InvalidScribbleError', `Submission record is malformed: ${issue?.message ?? ''}`, {
    file,
    field: issue?.path.join('.') ?? '',
  });
}

async function visibleEntries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function isExisting(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}
