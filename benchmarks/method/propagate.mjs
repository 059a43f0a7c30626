// One case's pseudo label by the rule of an arm.
import { decodeNpy, encodeNpy, scatterSeeds } from '@geoscribe/core-io';
import { pseudoLabel } from '@geoscribe/geodesic-native';
import { posteriorOf, withDrawnLabels, withPosteriorConfidence } from './posterior.mjs';
import { casePropertiesSchema, propagationRule } from '@geoscribe/model';

/** The case as the transform reads it. */
export async function readPropagationCase({ store }, { preprocessed, probability }, originLabel) {
  const array = async (ref) => decodeNpy(await store.get(ref), { file: ref.kind }).data;
  const [image, probabilities, origin] = await Promise.all([preprocessed.image, probability, originLabel].map(array));
  const { geometry } = casePropertiesSchema.parse(JSON.parse((await store.get(preprocessed.properties)).toString('utf8')));
  return { image, probabilities, origin, geometry };
}

/**
 * Arrays of the pseudo label, by the rule of an arm, of a case that `readPropagationCase` has read.
 *
 * @param {number[]} classWeight w_d by class, from the classes' thickness
 */
export async function propagate({ settings }, { image, probabilities, origin, geometry }, review, arm, classWeight) {
  const voxels = origin.length;
  const seeds = review.kind === 'scribbles' ? scatterSeeds(review.seeds, geometry).seedMap : undefined;
  const changed = { ...settings.geodesic, ...arm.geodesic };
  const rule = propagationRule({
    settings: changed,
    mode: arm.mode ?? changed.mode,
    classWeight: classWeight.map((weight) => weight / (arm.reach ?? 1)),
    stroked: seeds && { seeds, originLabel: origin, probability: probabilities },
  });
  const channels = Array.from({ length: image.length / voxels }, (_, channel) => image.subarray(channel * voxels, (channel + 1) * voxels));
  const arrays = await pseudoLabel({
    dims: geometry.dims,
    spacing: geometry.spacing,
    image: channels,
    probability: probabilities,
    classes: probabilities.length / voxels,
    originLabel: origin,
    review: review.kind,
    seeds,
    ...rule,
    threads: settings.threads,
  });
  if (arm.posterior !== undefined && seeds !== undefined) {
    const posterior = await posteriorOf({ image: channels, probabilities, geometry, seeds, rule, voxels });
    return arm.posterior === 'confidence' ? withPosteriorConfidence(arrays, posterior, seeds) : withDrawnLabels(arrays, posterior, seeds, settings.seed);
  }
  // What nobody drew has a confidence below 1.
  return { ...arrays, confidence: arrays.confidence.map((value) => (value < 1 ? (arm.inferred ?? 1) * value : value)) };
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
