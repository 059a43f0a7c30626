import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  GeoscribeError,
  type CaseArtifacts,
  type ImportedCase,
  type Prediction,
  type SubmissionReceipt,
} from '@geoscribe/campaign';
import {
  assertSameGeometry,
  parseSeedFile,
  rasterizeSeedFile,
  seedMapFromLabelMap,
  UNMARKED,
  type Geometry,
  type SeedMap,
} from '@geoscribe/core-io';
import {
  encodeVolumeFile,
  readLabelMap,
  readVolume,
  type ArtifactStore,
  type StoredSubmission,
  type SubmissionFolder,
} from '@geoscribe/core-io/node';
import type { CampaignClient } from './campaign-client.js';

export interface ReviewDeskOptions {
  campaign: string;
  client: CampaignClient;
  store: ArtifactStore;
  submissions: SubmissionFolder;
  author: string;
  now: () => Date;
}

/** How a drawing tool writes "nothing" and "background scribble". */
export interface ScribbleValues {
  unmarked: number;
  background?: number;
}

/**
 * Where people's answers come in: turns a file or a drawn seed map into a submission, keeps it in the submission folder
 * and only then tells the campaign.
 */
export class ReviewDesk {
  readonly #options: ReviewDeskOptions;

  constructor(options: ReviewDeskOptions) {
    this.#options = options;
  }

  /** A scribbled case as a client sees it. @throws GeoscribeError `UnknownCaseError`. */
  async scribbledCase(caseId: string): Promise<{ artifacts: CaseArtifacts; imported: ImportedCase; prediction?: Prediction }> {
    const artifacts = await this.#options.client.caseArtifacts(this.#options.campaign, caseId);
    const { record, prediction } = artifacts;
    if (record.role !== 'scribbled' || record.imported === undefined) {
      throw new GeoscribeError('UnknownCaseError', `Case ${caseId} takes no scribbles`, {
        field: 'case',
        expected: 'an imported case of the role scribbled',
        received: record.imported === undefined ? 'a case not imported yet' : `a ${record.role} case`,
      });
    }
    return { artifacts, imported: record.imported, ...(prediction === undefined ? {} : { prediction }) };
  }

  async geometryOf({ image }: ImportedCase): Promise<Geometry> {
    const [volume] = await readVolume(await this.#options.store.path(image));
    return volume!.geometry;
  }

  /**
   * Submits a label map (`.nii`, `.nii.gz`) or an AnatomySketch `.seed` file.
   *
   * @throws GeoscribeError `InvalidScribbleError`, `GeometryMismatchError`, `UnknownCaseError`; then nothing is kept.
   */
  async submitFile(caseId: string, file: string, values: ScribbleValues): Promise<SubmissionReceipt> {
    const { imported } = await this.scribbledCase(caseId);
    const geometry = await this.geometryOf(imported);
    const { settings } = await this.#options.client.input(this.#options.campaign);
    const classes = settings.dataset.labels.length;
    if (file.endsWith('.seed')) {
      const seedFile = parseSeedFile(await readFile(file, 'utf8'), { file });
      const { seedMap } = rasterizeSeedFile(seedFile, geometry, { classes, file });
      const strokes = seedFile.groups.reduce((sum, group) => sum + group.strokes.length, 0);
      return this.submitSeeds(caseId, { geometry, data: seedMap }, { strokes });
    }
    const labelMap = await readLabelMap(file);
    assertSameGeometry(labelMap.geometry, geometry, { file, otherFile: `the image of case ${caseId}` });
    const seeds = seedMapFromLabelMap(labelMap, { classes, ...values, file });
    return this.submitSeeds(caseId, { geometry, data: seeds.data }, {});
  }

  /** Submits a seed map on the image's grid. @throws GeoscribeError `InvalidScribbleError` where nothing is marked. */
  async submitSeeds(
    caseId: string,
    seeds: SeedMap,
    effort: { strokes?: number; seconds?: number },
  ): Promise<SubmissionReceipt> {
    const markedVoxels = seeds.data.reduce((sum, value) => sum + (value === UNMARKED ? 0 : 1), 0);
    if (markedVoxels === 0) {
      throw new GeoscribeError('InvalidScribbleError', `No voxel of case ${caseId} is marked`, {
        expected: 'at least one scribble',
        received: 'none',
        nextStep: 'If the prediction is right, submit the case with --no-error.',
      });
    }
    const bytes = await encodeVolumeFile(seeds);
    return this.#submit({ ...this.#record(caseId, seeds.geometry, effort), kind: 'scribbles', markedVoxels, markedShare: markedVoxels / seeds.data.length }, bytes);
  }

  /** Says that the case's prediction has no error. */
  async submitNoError(caseId: string): Promise<SubmissionReceipt> {
    const { imported } = await this.scribbledCase(caseId);
    return this.#submit({ ...this.#record(caseId, await this.geometryOf(imported), {}), kind: 'no-error' }, null);
  }

  /** Tells the campaign of a submission that lies in the folder already, under its own id. */
  async resubmit(stored: StoredSubmission): Promise<SubmissionReceipt> {
    const bytes = stored.kind === 'scribbles' ? await this.#options.submissions.seedBytes(stored) : null;
    return this.#tell(stored, bytes);
  }

  async #submit(stored: StoredSubmission, seeds: Uint8Array | null): Promise<SubmissionReceipt> {
    await this.#options.submissions.write(stored, seeds);
    return this.#tell(stored, seeds);
  }

  async #tell(stored: StoredSubmission, seeds: Uint8Array | null): Promise<SubmissionReceipt> {
    const { submissionId, caseId, kind, strokes, markedVoxels, markedShare, author, seconds } = stored;
    return this.#options.client.submit(this.#options.campaign, {
      submissionId,
      caseId,
      kind,
      strokes,
      markedVoxels,
      markedShare,
      author,
      ...(seconds === undefined ? {} : { seconds }),
      ...(seeds === null ? {} : { seeds: await this.#options.store.put(seeds, 'seed-map') }),
    });
  }

  #record(caseId: string, geometry: Geometry, effort: { strokes?: number; seconds?: number }): StoredSubmission {
    return {
      format: 'geoscribe-submission',
      version: 1,
      campaign: this.#options.campaign,
      caseId,
      submissionId: randomUUID(),
      kind: 'no-error',
      author: this.#options.author,
      time: this.#options.now().toISOString(),
      strokes: effort.strokes ?? 0,
      markedVoxels: 0,
      markedShare: 0,
      geometry,
      ...(effort.seconds === undefined ? {} : { seconds: effort.seconds }),
    };
  }
}
