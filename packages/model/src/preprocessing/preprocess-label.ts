import { GeoscribeError } from '@geoscribe/campaign';
import type { Volume } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import type { CaseProperties } from './case-properties.js';
import { checkLabelValues } from './check-label.js';
import { cropToPlan } from './crop-to-plan.js';
import { resampleLabelLinear } from './resample-label.js';

/**
 * A label map on the plan's grid: permuted and cropped as its image was; exact where nothing is resampled, else each
 * class linear and the largest share taken.
 *
 * @param options.label integer volume on the image's own grid, 0..C-1 or the ignore label.
 * @param options.ignoreLabel value of voxels that nobody annotated, where there are any; resampled like a class, as nnU-Net does.
 * @param options.properties of the image, from `preprocessImage`.
 * @param options.id named in errors.
 * @returns uint8 `[Z, Y, X]` of `properties.shape`.
 * @throws GeoscribeError `InvalidLabelError` for a value outside the classes, `GeometryMismatchError` for another size.
 */
export function preprocessLabel(options: {
  label: Volume;
  properties: CaseProperties;
  plan: Plan;
  ignoreLabel?: number | undefined;
  id?: string;
}): Uint8Array {
  const { label, properties, plan, ignoreLabel, id = 'without id' } = options;
  const { source } = properties;
  if (label.geometry.dims.join() !== source.dims.join()) {
    throw new GeoscribeError('GeometryMismatchError', `Case ${id} has a label of another size than its image`, {
      field: 'label',
      expected: `dims ${source.dims.join(' x ')}`,
      received: label.geometry.dims.join(' x '),
    });
  }
  checkLabelValues(label, { labels: plan.dataset.labels, ignoreLabel }, id);
  const { data, ...grid } = cropToPlan(label.data, properties, plan, (length) => new Uint8Array(length));
  return resampleLabelLinear({ label: data, ...grid });
}
