// One case's pseudo label by the rule of an arm.
import { decodeNpy, encodeNpy, scatterSeeds } from '@geoscribe/core-io';
import { pseudoLabel } from '@geoscribe/geodesic-native';
import { casePropertiesSchema } from '@geoscribe/model';

/** The case as the transform reads it. */
export async function readPropagationCase({ store }, { preprocessed, probability }, originLabel) {
  const array = async (ref) => decodeNpy(await store.get(ref), { file: ref.kind }).data;
  const [image, probabilities, origin] = await Promise.all([preprocessed.image, probability, originLabel].map(array));
  const { geometry } = casePropertiesSchema.parse(JSON.parse((await store.get(preprocessed.properties)).toString('utf8')));
  return { image, probabilities, origin, geometry };
}

/**
 * Options of the transform for an arm: the campaign's settings with the arm's changes. The reference rule comes with the
 * reference's gate and weight, as in a campaign.
 */
export function ruleOf({ settings }, arm, derivedWeight) {
  const { distanceWeight, mode, ...geodesic } = { ...settings.geodesic, ...arm.geodesic };
  if ((arm.mode ?? mode) === 'reference') return { ...geodesic, mode: 'reference', gate: 'reference', distanceWeight: 0.01 };
  const weight = distanceWeight === 'thickness' ? derivedWeight : derivedWeight.map(() => distanceWeight);
  return { ...geodesic, mode: arm.mode ?? mode, distanceWeight: weight.map((one) => one / (arm.reach ?? 1)) };
}

/**
 * Arrays of the pseudo label of a case that `readPropagationCase` has read.
 *
 * @param {number} [inferred] factor on every confidence below 1, which is that of what nobody drew
 */
export async function propagate({ settings }, { image, probabilities, origin, geometry }, review, rule, inferred = 1) {
  const voxels = origin.length;
  const arrays = await pseudoLabel({
    dims: geometry.dims,
    spacing: geometry.spacing,
    image: Array.from({ length: image.length / voxels }, (_, channel) => image.subarray(channel * voxels, (channel + 1) * voxels)),
    probability: probabilities,
    classes: probabilities.length / voxels,
    originLabel: origin,
    review: review.kind,
    ...(review.kind === 'scribbles' ? { seeds: scatterSeeds(review.seeds, geometry).seedMap } : {}),
    ...rule,
    threads: settings.threads,
  });
  return { ...arrays, confidence: arrays.confidence.map((value) => (value < 1 ? inferred * value : value)) };
}

/** The pseudo label in the store, as fine-tuning takes it. */
export async function storePseudoLabel({ store }, { caseId, preprocessed }, { geometry }, arrays) {
  const shape = [...geometry.dims].reverse();
  const put = (data, kind) => store.put(encodeNpy({ shape, data }), kind);
  return {
    caseId,
    preprocessed,
    pseudoLabel: await put(arrays.pseudoLabel, 'pseudo-label'),
    confidence: await put(arrays.confidence, 'confidence-map'),
    focus: await put(arrays.focus, 'focus-mask'),
    statistics: arrays.statistics,
  };
}
