/**
 * Softmax over the first axis, in place: `exp(l_c - max) / sum_j exp(l_j - max)`.
 *
 * @param logits float32 `[classes, voxels]`
 */
export function softmaxInPlace(logits: Float32Array, classes: number): void {
  const voxels = logits.length / classes;
  for (let v = 0; v < voxels; v++) {
    let largest = -Infinity;
    for (let i = v; i < logits.length; i += voxels) largest = Math.max(largest, logits[i]!);
    let sum = 0;
    for (let i = v; i < logits.length; i += voxels) sum += logits[i] = Math.exp(logits[i]! - largest);
    for (let i = v; i < logits.length; i += voxels) logits[i]! /= sum;
  }
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
