import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { decodeNpy } from '@geoscribe/core-io';
import { readLabelMap, readVolume, writeVolume, type ArtifactStore } from '@geoscribe/core-io/node';
import { casePropertiesSchema, planSchema, restoreScalar, uncertaintyMap } from '@geoscribe/model';
import type { ReviewDesk } from './review-desk.js';

/**
 * Writes `<destination>/<case>/{image, prediction, uncertainty}.nii.gz`, all on the image's own grid: what a person
 * opens in ITK-SNAP or 3D Slicer. Further channels of the image are `image_1.nii.gz`, ...
 *
 * Uncertainty is the normalised entropy of the probability map, 0 (sure) to 1.
 *
 * @throws GeoscribeError `UnknownCaseError` where the case is unknown or has no prediction yet.
 */
export async function exportCase(desk: ReviewDesk, store: ArtifactStore, caseId: string, destination: string): Promise<string> {
  const { artifacts, imported, prediction } = await desk.scribbledCase(caseId);
  if (prediction === undefined || artifacts.plan === undefined) {
    throw new GeoscribeError('UnknownCaseError', `Case ${caseId} has no prediction yet`, {
      nextStep: 'Wait for the stage proofreading.',
    });
  }
  const folder = join(destination, caseId);
  await mkdir(folder, { recursive: true });
  const files = await Promise.all([imported.image, ...imported.moreChannels].map((ref) => store.path(ref)));
  const channels = (await Promise.all(files.map(readVolume))).flat();
  const [plan, properties, probability] = await Promise.all([
    store.get(artifacts.plan).then((bytes) => planSchema.parse(JSON.parse(bytes.toString('utf8')))),
    store.get(prediction.preprocessed.properties).then((bytes) => casePropertiesSchema.parse(JSON.parse(bytes.toString('utf8')))),
    store.get(prediction.probability).then((bytes) => decodeNpy(bytes, { file: `probability of ${caseId}` })),
  ]);
  const values = uncertaintyMap({ probability: probability.data as Float32Array, classes: probability.shape[0]! });
  for (const [index, channel] of channels.entries()) {
    await writeVolume(join(folder, index === 0 ? 'image.nii.gz' : `image_${index}.nii.gz`), channel);
  }
  await writeVolume(join(folder, 'prediction.nii.gz'), await readLabelMap(await store.path(prediction.labelMap)));
  await writeVolume(join(folder, 'uncertainty.nii.gz'), restoreScalar({ values, properties, plan }));
  return folder;
}
