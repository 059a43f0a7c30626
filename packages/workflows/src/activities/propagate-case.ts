import type { ArtifactRef, PropagateCaseInput, PseudoLabel } from '@geoscribe/campaign';
import { decodeNpy, encodeNpy, scatterSeeds, type Geometry, type VoxelArray } from '@geoscribe/core-io';
import { readLabelMap, type ArtifactStore } from '@geoscribe/core-io/node';
import { pseudoLabel } from '@geoscribe/geodesic-native';
import { casePropertiesSchema, propagationRule } from '@geoscribe/model';
import type { ActivityContext } from './activity-context.js';

/**
 * Turns one case's scribbles, image and probability into pseudo label, confidence map and focus mask on the plan's
 * grid, by method section 2.
 *
 * @throws GeoscribeError of geodesic-native: the case is set aside.
 */
export async function propagateCase(
  input: PropagateCaseInput,
  { store }: ActivityContext,
  signal: AbortSignal,
): Promise<PseudoLabel> {
  const { caseId, preprocessed, probability } = input.prediction;
  const [image, probabilities, originLabel, grid] = await Promise.all([
    readArray<Float32Array>(store, preprocessed.image),
    readArray<Float32Array>(store, probability),
    readArray<Uint8Array>(store, input.originLabel),
    readGrid(store, preprocessed.properties),
  ]);
  const seeds = input.review.kind === 'scribbles' ? await seedsOnGrid(store, input.review.seeds, grid) : undefined;
  const rule = propagationRule({
    settings: input.settings.geodesic,
    mode: input.mode,
    classWeight: input.distanceWeight,
    stroked: seeds && { seeds, originLabel, probability: probabilities },
  });
  const voxels = originLabel.length;
  const { statistics, ...arrays } = await pseudoLabel({
    dims: grid.dims,
    spacing: grid.spacing,
    image: Array.from({ length: image.length / voxels }, (_, channel) => image.subarray(channel * voxels, (channel + 1) * voxels)),
    probability: probabilities,
    classes: probabilities.length / voxels,
    originLabel,
    review: input.review.kind,
    seeds,
    ...rule,
    threads: input.settings.threads,
    signal,
  });
  const shape = [...grid.dims].reverse();
  const put = (data: VoxelArray, kind: 'pseudo-label' | 'confidence-map' | 'focus-mask'): Promise<ArtifactRef> =>
    store.put(encodeNpy({ shape, data }), kind);
  const { focusFraction, reachedVoxels, flippedVoxels, walledShare, meanConfidence, seconds } = statistics;
  return {
    caseId,
    preprocessed,
    pseudoLabel: await put(arrays.pseudoLabel, 'pseudo-label'),
    confidence: await put(arrays.confidence, 'confidence-map'),
    focus: await put(arrays.focus, 'focus-mask'),
    statistics: { focusFraction, reachedVoxels, flippedVoxels, walledShare, meanConfidence, seconds },
  };
}

async function readArray<T extends VoxelArray>(store: ArtifactStore, ref: ArtifactRef): Promise<T> {
  const { data } = decodeNpy(await store.get(ref), { file: `${ref.kind} ${ref.sha256.slice(0, 12)}` });
  return data as T;
}

async function readGrid(store: ArtifactStore, ref: ArtifactRef): Promise<Geometry> {
  return casePropertiesSchema.parse(JSON.parse((await store.get(ref)).toString('utf8'))).geometry;
}

/** Seeds of the image's grid, scattered to the plan's: a seed map is never interpolated. */
async function seedsOnGrid(store: ArtifactStore, ref: ArtifactRef, grid: Geometry): Promise<Uint8Array> {
  const seeds = await readLabelMap(await store.path(ref));
  return scatterSeeds({ geometry: seeds.geometry, data: Uint8Array.from(seeds.data) }, grid).seedMap;
}
