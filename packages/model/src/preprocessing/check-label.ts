import { GeoscribeError, type DatasetDescription } from '@geoscribe/campaign';
import { voxelName, type Volume } from '@geoscribe/core-io';

/** @throws GeoscribeError `InvalidLabelError`, naming the case and the value, where a label is neither an integer in 0..C-1 nor the ignore label. */
export function checkLabelValues({ data, geometry }: Volume, { labels, ignoreLabel }: Pick<DatasetDescription, 'labels' | 'ignoreLabel'>, id: string): void {
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = data[voxel]!;
    if ((!Number.isInteger(value) || value < 0 || value >= labels.length) && value !== ignoreLabel) {
      throw new GeoscribeError('InvalidLabelError', `Case ${id} has a label that the data set does not name`, {
        field: 'label',
        at: voxelName(voxel, geometry.dims),
        expected: `one of 0..${labels.length - 1} (${labels.join(', ')})${ignoreLabel === undefined ? '' : ` or ${ignoreLabel} (ignore)`}`,
        received: String(value),
        nextStep: 'Add the class to the data set description, or correct the label map.',
      });
    }
  }
}
