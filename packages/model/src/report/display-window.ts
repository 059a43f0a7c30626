/** Enough for percentiles that nobody sees change. */
const SAMPLE = 50_000;
const FEWEST = 20;

/**
 * Intensities to show as black and white: what the labelled structures hold, and as much again on both sides, within the
 * image's own range; so a liver gets its soft-tissue window and an MR volume its contrast.
 *
 * @param image any intensity scale; values that are not finite are left out.
 * @param labels on the same grid; with fewer than 20 labelled voxels the whole image decides.
 * @returns `[black, white]`.
 */
export function displayWindow(image: Float32Array, labels: Uint8Array): [number, number] {
  const [low, high] = percentiles(image, () => true) ?? [0, 1];
  const inside = percentiles(image, (voxel) => labels[voxel] !== 0);
  if (inside === null || inside[0] === inside[1]) return [low, high];
  const span = inside[1] - inside[0];
  return [Math.max(low, inside[0] - span), Math.min(high, inside[1] + span)];
}

/** 1st and 99.5th percentile of an evenly spaced sample; null of too few voxels. */
function percentiles(image: Float32Array, counts: (voxel: number) => boolean): [number, number] | null {
  const isShown = (voxel: number) => counts(voxel) && Number.isFinite(image[voxel]);
  let total = 0;
  for (let voxel = 0; voxel < image.length; voxel++) if (isShown(voxel)) total++;
  if (total < FEWEST) return null;
  const step = Math.ceil(total / SAMPLE);
  const sample: number[] = [];
  for (let voxel = 0, seen = 0; voxel < image.length; voxel++) if (isShown(voxel) && seen++ % step === 0) sample.push(image[voxel] ?? 0);
  sample.sort((a, b) => a - b);
  const at = (share: number) => sample[Math.floor(share * (sample.length - 1))] ?? 0;
  return [at(0.01), at(0.995)];
}
