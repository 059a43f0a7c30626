import { UNMARKED, type SeedMap, type Volume } from '@geoscribe/core-io';
import type { CaseProperties } from '../preprocessing/case-properties.js';
import { restoreLabel } from '../preprocessing/restore.js';

/**
 * A pseudo label on the image's own grid, with an ignore label where nobody should learn from it.
 *
 * A voxel takes the label of the nearest voxel of the plan's grid, and the ignore label where the confidence there is
 * below the threshold; label and confidence are never mixed from different voxels. Beyond the crop, where every channel
 * is 0, it is background. A seed keeps its class.
 *
 * @param options.label uint8 `[Z, Y, X]` on the plan's grid, 0..C-1.
 * @param options.confidence float32 in [0, 1] on that grid.
 * @param options.properties of the image, from `preprocessImage`.
 * @param options.seeds on the image's grid, where there are any.
 * @param options.ignoreBelow confidence below which a voxel is ignored; 0 ignores none.
 * @param options.ignoreLabel its value, C.
 * @returns the label map with the image's geometry, and the share of its voxels that are ignored.
 * @throws GeoscribeError `InvalidArgumentError` for arrays of another size than the plan's grid.
 */
export function pseudoLabelMap(options: {
  label: Uint8Array;
  confidence: Float32Array;
  properties: CaseProperties;
  seeds?: SeedMap;
  ignoreBelow: number;
  ignoreLabel: number;
}): { labelMap: Volume<Uint8Array>; ignoredShare: number } {
  const { label, confidence, properties, seeds, ignoreBelow, ignoreLabel } = options;
  const marked = label.map((value, voxel) => (confidence[voxel]! < ignoreBelow ? ignoreLabel : value));
  const labelMap = restoreLabel({ label: marked, properties });
  let ignored = 0;
  for (let voxel = 0; voxel < labelMap.data.length; voxel++) {
    const seed = seeds?.data[voxel] ?? UNMARKED;
    if (seed !== UNMARKED) labelMap.data[voxel] = seed;
    if (labelMap.data[voxel] === ignoreLabel) ignored++;
  }
  return { labelMap, ignoredShare: ignored / labelMap.data.length };
}
