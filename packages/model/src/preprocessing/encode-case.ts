import { encodeNpy, type Volume } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import { preprocessImage } from './preprocess-image.js';
import { preprocessLabel } from './preprocess-label.js';

/**
 * How a case's label is used: `training` names valid voxels and is preprocessed too; `evaluation` is preprocessed beside
 * an image that knows nothing of it; `none` is not read.
 */
export type LabelUse = 'training' | 'evaluation' | 'none';

/** Files of a preprocessed case: `.npy` arrays on the plan's grid, and its `CaseProperties` as JSON. */
export interface EncodedCase {
  image: Uint8Array;
  validMask: Uint8Array;
  properties: Uint8Array;
  label?: Uint8Array;
}

/**
 * A case on the plan's grid, as the bytes of its files.
 *
 * @param options.label on the image's own grid; not given for `none`.
 * @throws GeoscribeError as `preprocessImage` and `preprocessLabel`, naming the case.
 */
export function encodeCase(options: { id: string; channels: Volume[]; label: Volume | undefined; labelUse: LabelUse; plan: Plan }): EncodedCase {
  const { id, channels, label, labelUse, plan } = options;
  const { image, shape, validMask, properties } = preprocessImage({ channels, plan, id, ...(labelUse === 'training' && label && { label }) });
  const labels = label === undefined ? undefined : preprocessLabel({ label, properties, plan, id });
  return {
    image: encodeNpy({ shape: [channels.length, ...shape], data: image }),
    validMask: encodeNpy({ shape, data: validMask }),
    properties: Buffer.from(JSON.stringify(properties)),
    ...(labels !== undefined && { label: encodeNpy({ shape, data: labels }) }),
  };
}
