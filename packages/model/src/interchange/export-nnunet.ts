import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GeoscribeError, type ArtifactRef, type DatasetDescription, type ImportedCase, type PseudoLabel } from '@geoscribe/campaign';
import type { Volume } from '@geoscribe/core-io';
import { writeVolume, type ArtifactStore } from '@geoscribe/core-io/node';
import { openFloats, openLabels } from '../engine/arrays.js';
import { caseFiles, readCaseFiles } from '../engine/case-files.js';
import { readLabel, readStoredLabels } from '../engine/imported-case.js';
import { readProperties } from '../engine/training-cases.js';
import { newFolder } from './new-folder.js';
import { nnunetDatasetJson } from './nnunet-dataset-json.js';
import { pseudoLabelMap } from './pseudo-label-map.js';

/** A case with a pseudo label, and the seeds it came from where somebody drew any. */
export interface PseudoLabelledCase {
  imported: ImportedCase;
  pseudo: PseudoLabel;
  seeds?: ArtifactRef;
}

export interface ExportNnunetOptions {
  /** Folder that holds data sets, nnU-Net's `nnUNet_raw`; made if absent. */
  raw: string;
  /** 1 to 999. */
  datasetId: number;
  /** Becomes part of the data set's name. */
  campaign: string;
  dataset: DatasetDescription;
  /** Cases with a true label that trains. */
  full: ImportedCase[];
  pseudoLabelled: PseudoLabelledCase[];
  /** Cases for `imagesTs`; true labels, where there are any, go to `labelsTs`. */
  test: ImportedCase[];
  /** Confidence below which a voxel of a pseudo label gets the ignore label; 0: none does, and there is no such label unless true labels have it. */
  ignoreBelow: number;
  /** Replace a data set of this name. */
  overwrite: boolean;
}

export interface ExportedNnunet {
  folder: string;
  /** Cases in `imagesTr`, and how many of them have a pseudo label. */
  training: number;
  pseudoLabelled: number;
  test: number;
  /** Mean share of a pseudo-labelled case's voxels that are ignored. */
  ignoredShare: number;
  /** Cases without a single voxel to learn from. */
  leftOut: string[];
}

/**
 * Writes an nnU-Net v2 raw data set: `Dataset<NNN>_<Name>/{imagesTr, labelsTr, imagesTs, labelsTs, dataset.json}`, one
 * `.nii.gz` a channel, labels on the images' own grid, see `pseudoLabelMap`.
 *
 * A pseudo-labelled case all of whose voxels would be ignored is left out.
 *
 * @returns what was written where.
 * @throws GeoscribeError `InvalidArgumentError` for an id outside 1..999, a threshold outside [0, 1] or a folder that
 *   exists; `InvalidDatasetError` where no case is left or names collide; `CorruptArtifactError`; the signal's reason.
 *   Nothing is left behind then.
 *
 * Cost: one case in memory at a time. Source: nnU-Net v2.8, `documentation/dataset_format.md` and `ignore_label.md`.
 */
export async function exportNnunet(
  options: ExportNnunetOptions,
  context: { store: ArtifactStore; signal: AbortSignal; onCase?: (done: number, total: number) => void },
): Promise<ExportedNnunet> {
  const { raw, datasetId, campaign, dataset, full, pseudoLabelled, test, ignoreBelow, overwrite } = options;
  checkNumbers(options);
  const { store, signal, onCase } = context;
  const name = `Dataset${String(datasetId).padStart(3, '0')}_${datasetName(campaign)}`;
  const ignoreLabel = dataset.labels.length;
  const description = `Labels and pseudo labels of the Geoscribe campaign ${campaign}; voxels of confidence below ${ignoreBelow} are ignored`;
  const json = nnunetDatasetJson({ dataset, description, ignore: ignoreBelow > 0 || dataset.ignoreLabel !== undefined });
  const total = full.length + pseudoLabelled.length + test.length;
  let done = 0;
  const next = (): void => {
    signal.throwIfAborted();
    onCase?.(done++, total);
  };
  const folder = join(raw, name);
  return newFolder(folder, { overwrite, nextStep: 'Choose another --dataset-id, or replace it with --overwrite.' }, async (scratch) => {
    await Promise.all(['imagesTr', 'labelsTr', ...(test.length > 0 ? ['imagesTs', 'labelsTs'] : [])].map((part) => mkdir(join(scratch, part))));
    for (const imported of full) {
      next();
      await writeCase(scratch, 'Tr', imported, store, (await readLabel(store, imported)).data);
    }
    const shares: number[] = [];
    const leftOut: string[] = [];
    for (const { imported, pseudo, seeds } of pseudoLabelled) {
      next();
      const { labelMap, ignoredShare } = pseudoLabelMap({
        label: (await openLabels(store, pseudo.pseudoLabel)).data,
        confidence: (await openFloats(store, pseudo.confidence)).data,
        properties: await readProperties(pseudo.preprocessed, { store }),
        ...(seeds !== undefined && { seeds: await readStoredLabels(store, seeds) }),
        ignoreBelow,
        ignoreLabel,
      });
      if (ignoredShare === 1) leftOut.push(imported.id);
      else {
        shares.push(ignoredShare);
        await writeCase(scratch, 'Tr', imported, store, labelMap.data);
      }
    }
    for (const imported of test) {
      next();
      await writeCase(scratch, 'Ts', imported, store, imported.label && (await readLabel(store, imported)).data);
    }
    const training = full.length + shares.length;
    if (training === 0) throw noCase(leftOut, ignoreBelow);
    await writeFile(join(scratch, 'dataset.json'), `${JSON.stringify({ ...json, numTraining: training }, null, 2)}\n`);
    onCase?.(total, total);
    const ignoredShare = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    return { folder, training, pseudoLabelled: shares.length, test: test.length, ignoredShare, leftOut };
  });
}

/** All files get the geometry of the case's first channel: import has checked that they agree, or was told to trust it. */
async function writeCase(folder: string, part: 'Tr' | 'Ts', imported: ImportedCase, store: ArtifactStore, label: Volume['data'] | undefined): Promise<void> {
  const { channels } = await readCaseFiles(await caseFiles(store, imported, 'none'));
  for (const [channel, volume] of channels.entries()) {
    await writeVolume(join(folder, `images${part}`, `${imported.id}_${String(channel).padStart(4, '0')}.nii.gz`), volume);
  }
  if (label === undefined) return;
  await writeVolume(join(folder, `labels${part}`, `${imported.id}.nii.gz`), { geometry: channels[0]!.geometry, data: Uint8Array.from(label) });
}

/** nnU-Net reads the name from its own file paths: letters and digits only. */
function datasetName(campaign: string): string {
  return campaign.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, _separator, first: string) => first.toUpperCase()).replace(/[^A-Za-z0-9]/g, '');
}

function checkNumbers({ datasetId, ignoreBelow }: ExportNnunetOptions): void {
  if (!Number.isInteger(datasetId) || datasetId < 1 || datasetId > 999) {
    throw new GeoscribeError('InvalidArgumentError', "Not an id of an nnU-Net data set", {
      field: 'datasetId',
      expected: 'a whole number from 1 to 999',
      received: String(datasetId),
    });
  }
  if (!(ignoreBelow >= 0 && ignoreBelow <= 1)) {
    throw new GeoscribeError('InvalidArgumentError', 'Not a confidence', {
      field: 'ignoreBelow',
      expected: 'a number from 0 to 1',
      received: String(ignoreBelow),
    });
  }
}

function noCase(leftOut: string[], ignoreBelow: number): GeoscribeError {
  return new GeoscribeError('InvalidDatasetError', 'No case would be left to train on', {
    field: 'cases',
    expected: 'a fully labelled case, or a pseudo label with confident voxels',
    received: leftOut.length === 0 ? 'none' : `${leftOut.length} pseudo labels without a voxel of confidence ${ignoreBelow} or more`,
    ...(leftOut.length > 0 && { nextStep: 'Lower --ignore-below.' }),
  });
}
