/**
 * Calibrates class probabilities in place: `p_c^(1 / T) / sum_j p_j^(1 / T)`.
 *
 * @param probability float32 `[classes, voxels]`, sums to 1 over the classes
 * @param temperature T > 0; above 1 probabilities become less certain, the most probable class stays the same
 */
export function temperInPlace(probability: Float32Array, classes: number, temperature: number): void {
  const voxels = probability.length / classes;
  const sum = new Float64Array(voxels);
  const planes = Array.from({ length: classes }, (_, c) => probability.subarray(c * voxels, (c + 1) * voxels));
  for (const plane of planes) {
    for (let v = 0; v < voxels; v++) sum[v]! += plane[v] = plane[v]! ** (1 / temperature);
  }
  for (const plane of planes) for (let v = 0; v < voxels; v++) plane[v]! /= sum[v]!;
}
