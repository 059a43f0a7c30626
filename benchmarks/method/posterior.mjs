// The posterior of a case, for arms that use more of it than its greatest class.
import { UNMARKED } from '@geoscribe/core-io';
import { counterRandom } from '@geoscribe/model';
import { geodesicDistance, influence } from '@geoscribe/geodesic-native';

const floor = 1e-4;

/** Measured on cases for choosing: the posterior's log-odds are so many times too large. */
const temperature = 1 / 0.6;

/**
 * q_c = (p_c e^(beta_c G_c))^(1/T) / sum over the classes, `[C, n]`, of the rule that made a pseudo label.
 */
export async function posteriorOf({ image, probabilities, geometry, seeds, rule, voxels }) {
  const classes = probabilities.length / voxels;
  const of = (c) => probabilities.subarray(c * voxels, (c + 1) * voxels);
  const drawn = Array.from({ length: classes }, (_, c) => c).filter((c) => seeds.includes(c));
  const { distances } = await geodesicDistance({
    dims: geometry.dims,
    spacing: geometry.spacing,
    image,
    seeds,
    classes: drawn.map((c) => ({ seedClass: c, probability: of(c), distanceWeight: rule.distanceWeight[c] })),
    weights: { gradient: rule.gradientWeight, probability: rule.probabilityWeight },
    gate: rule.gate,
    cutoff: rule.cutoff,
    neighbours: rule.neighbours,
  });
  const posterior = Float32Array.from(probabilities, (p) => Math.max(p, floor));
  drawn.forEach((c, i) => {
    for (let v = 0; v < voxels; v++) posterior[c * voxels + v] *= Math.exp(rule.beta[c] * influence(distances[i][v], rule.tau));
  });
  posterior.forEach((value, at) => (posterior[at] = value ** (1 / temperature)));
  for (let v = 0; v < voxels; v++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += posterior[c * voxels + v];
    for (let c = 0; c < classes; c++) posterior[c * voxels + v] /= sum;
  }
  return posterior;
}

/** The pseudo label with the posterior of its class as confidence in the focus area. */
export function withPosteriorConfidence(arrays, posterior, seeds) {
  const voxels = seeds.length;
  const confidence = arrays.confidence.map((value, v) =>
    arrays.focus[v] === 0 || seeds[v] !== UNMARKED ? value : posterior[arrays.pseudoLabel[v] * voxels + v],
  );
  return { ...arrays, confidence };
}

/** Labels of the focus area drawn at random from the posterior: soft labels, as training sees them on average. */
export function withDrawnLabels(arrays, posterior, seeds, seed) {
  const voxels = seeds.length;
  const classes = posterior.length / voxels;
  const random = counterRandom(seed);
  const pseudoLabel = arrays.pseudoLabel.map((label, v) => {
    if (arrays.focus[v] === 0 || seeds[v] !== UNMARKED) return label;
    let rest = random.uniform();
    for (let c = 0; c < classes - 1; c++) {
      rest -= posterior[c * voxels + v];
      if (rest < 0) return c;
    }
    return classes - 1;
  });
  return { ...arrays, pseudoLabel };
}
