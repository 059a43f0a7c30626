/**
 * A label map with ignored voxels as a label and the confidence in it.
 *
 * @param label any size, 0..C-1 or the ignore label
 * @param ignoreLabel absent where the label has no such voxel
 * @returns the label with 0 in place of ignored voxels, and float32 of the same size: 0 on these, 1 elsewhere; a label
 *   without any comes back as it is
 */
export function splitIgnored(label: Uint8Array, ignoreLabel: number | undefined): { label: Uint8Array; confidence?: Float32Array } {
  if (ignoreLabel === undefined || !label.includes(ignoreLabel)) return { label };
  return {
    label: label.map((value) => (value === ignoreLabel ? 0 : value)),
    confidence: Float32Array.from(label, (value) => (value === ignoreLabel ? 0 : 1)),
  };
}
