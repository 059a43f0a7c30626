import { GeoscribeError } from '@geoscribe/campaign';
import type { Volume, VoxelArray } from '@geoscribe/core-io';

/**
 * Refuses images that cannot be normalised: no channel, channels of different sizes, voxels that are not finite, or
 * no contrast in any channel.
 *
 * @throws GeoscribeError `InvalidVolumeError` or `GeometryMismatchError`, naming the case and the channel.
 */
export function checkChannels(channels: Volume[], id: string): void {
  const first = channels[0];
  if (first === undefined) {
    throw new GeoscribeError('InvalidVolumeError', `Case ${id} has no channel`, {
      field: 'channels',
      expected: 'at least one volume',
      received: 'none',
    });
  }
  let hasContrast = false;
  channels.forEach((channel, index) => {
    checkSameDims(channel, first, id, `channels[${index}]`);
    hasContrast = scanFinite(channel.data, id, index) || hasContrast;
  });
  if (!hasContrast) {
    throw new GeoscribeError('InvalidVolumeError', `Case ${id} has a constant image`, {
      field: 'channels',
      expected: 'more than one intensity',
      received: `${first.data[0]} in every voxel of channel 0`,
      nextStep: 'Check the export of this image, or leave the case out.',
    });
  }
}

/** @throws GeoscribeError `GeometryMismatchError` where `volume` and `reference` differ in size. */
export function checkSameDims(volume: Volume, reference: Volume, id: string, field: string): void {
  if (volume.geometry.dims.join() !== reference.geometry.dims.join()) {
    throw new GeoscribeError('GeometryMismatchError', `Case ${id} has volumes of different sizes`, {
      field,
      expected: `dims ${reference.geometry.dims.join(' x ')}`,
      received: volume.geometry.dims.join(' x '),
    });
  }
}

/** True where the channel holds more than one value. */
function scanFinite(data: VoxelArray, id: string, channel: number): boolean {
  const wrong = data instanceof Float32Array || data instanceof Float64Array ? firstNotFinite(data) : -1;
  if (wrong >= 0) {
    throw new GeoscribeError('InvalidVolumeError', `Case ${id} has a voxel that is not a number`, {
      field: `channels[${channel}]`,
      at: `voxel ${wrong}`,
      expected: 'finite intensities',
      received: String(data[wrong]),
      nextStep: 'Replace missing voxels by 0 before importing.',
    });
  }
  const first = data[0];
  let voxel = 1;
  while (voxel < data.length && data[voxel] === first) voxel++;
  return voxel < data.length;
}

/** -1 for none. What is too large for float32, in which images are kept, counts as infinite. */
function firstNotFinite(data: Float32Array | Float64Array): number {
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = Math.fround(data[voxel]!);
    if (value - value !== 0) return voxel;
  }
  return -1;
}
