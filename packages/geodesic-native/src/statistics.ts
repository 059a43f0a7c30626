import type { NativeStatistics } from './native.js';

/** Counts of a transform as shares of the volume and of the classes. */
export function propagationStatistics(counts: Omit<NativeStatistics, 'seconds'>, voxels: number) {
  const walledShares = counts.predictedVoxels.map((predicted, c) =>
    predicted === 0 ? 0 : counts.walledVoxels[c]! / predicted,
  );
  return {
    focusFraction: counts.focusVoxels / voxels,
    reachedVoxels: counts.reachedVoxels,
    flippedVoxels: counts.flippedVoxels,
    walledShare: Math.max(...walledShares),
    walledShares,
    meanConfidence: counts.confidenceSum / voxels,
  };
}
