import { GeoscribeError } from '@geoscribe/campaign';
import { firstNotFinite, isConstant, voxelName, type Volume } from '@geoscribe/core-io';

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
  channels.forEach((channel, index) => {
    checkSameDims(channel, first, id, `channels[${index}]`);
    checkFinite(channel, id, index);
  });
  if (channels.every(({ data }) => isConstant(data))) {
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

function checkFinite({ data, geometry }: Volume, id: string, channel: number): void {
  const wrong = firstNotFinite(data);
  if (wrong < 0) return;
  throw new GeoscribeError('InvalidVolumeError', `Case ${id} has a voxel that is not a number`, {
    field: `channels[${channel}]`,
    at: voxelName(wrong, geometry.dims),
    expected: 'finite intensities',
    received: String(data[wrong]),
    nextStep: 'Replace missing voxels by 0 before importing.',
  });
}
