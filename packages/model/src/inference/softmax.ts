/**
 * Softmax over the first axis, in place: `exp(l_c - max) / sum_j exp(l_j - max)`.
 *
 * @param logits float32 `[classes, voxels]`
 */
export function softmaxInPlace(logits: Float32Array, classes: number): void {
  const voxels = logits.length / classes;
  const planes = Array.from({ length: classes }, (_, c) => logits.subarray(c * voxels, (c + 1) * voxels));
  const largest = planes[0]!.slice();
  const sum = new Float64Array(voxels);
  for (const plane of planes) for (let v = 0; v < voxels; v++) if (plane[v]! > largest[v]!) largest[v] = plane[v]!;
  for (const plane of planes) {
    for (let v = 0; v < voxels; v++) sum[v]! += plane[v] = Math.exp(plane[v]! - largest[v]!);
  }
  for (const plane of planes) for (let v = 0; v < voxels; v++) plane[v]! /= sum[v]!;
}

/**
 * Most probable class of every voxel, ties to the lower class.
 *
 * @param probability `[classes, voxels]`
 */
export function argmax(probability: Float32Array, classes: number): Uint8Array {
  const voxels = probability.length / classes;
  const labels = new Uint8Array(voxels);
  const best = probability.slice(0, voxels);
  for (let c = 1; c < classes; c++) {
    const offset = c * voxels;
    for (let v = 0; v < voxels; v++) {
      if (probability[offset + v]! > best[v]!) {
        best[v] = probability[offset + v]!;
        labels[v] = c;
      }
    }
  }
  return labels;
}
