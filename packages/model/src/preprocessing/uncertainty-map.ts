/**
 * Uncertainty of a prediction: entropy of the class probabilities over its largest possible value.
 *
 * `u(v) = - sum_c p_c ln p_c / ln C`
 *
 * @param options.probability float `[C, Z, Y, X]`, summing to 1 over classes.
 * @param options.classes C, at least 2.
 * @returns float32 `[Z, Y, X]` in [0, 1].
 */
export function uncertaintyMap(options: { probability: Float32Array; classes: number }): Float32Array {
  const { probability, classes } = options;
  const voxels = probability.length / classes;
  const uncertainty = new Float32Array(voxels);
  const scale = 1 / Math.log(classes);
  for (let i = 0; i < voxels; i++) {
    let entropy = 0;
    for (let c = 0; c < classes; c++) {
      const p = probability[c * voxels + i]!;
      if (p > 0) entropy -= p * Math.log(p);
    }
    uncertainty[i] = Math.min(1, Math.max(0, entropy * scale));
  }
  return uncertainty;
}
