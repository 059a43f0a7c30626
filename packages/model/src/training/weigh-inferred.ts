/**
 * Lowers, in place, the confidence of what a network or a propagation says beside what a person said.
 *
 * `w = weight * w` where w < 1; confidence 1 is a person's word (a stroke, a case reviewed as free of errors) and stays.
 *
 * A stroke is some ten voxels among ten thousands of inferred ones: at equal terms its share of the loss is a thousandth.
 *
 * @param confidence float32, 0 to 1; overwritten.
 * @param weight 0 to 1; 1 changes nothing.
 * @returns mean confidence afterwards.
 * Cost: one pass. Source: docs/adr/0007.
 */
export function weighInferred(confidence: Float32Array, weight: number): number {
  let sum = 0;
  for (let voxel = 0; voxel < confidence.length; voxel++) {
    if (confidence[voxel]! < 1) confidence[voxel]! *= weight;
    sum += confidence[voxel]!;
  }
  return sum / confidence.length;
}
