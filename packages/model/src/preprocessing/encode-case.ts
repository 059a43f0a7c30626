import { encodeNpy, type Volume } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import { preprocessImage } from './preprocess-image.js';
import { preprocessLabel } from './preprocess-label.js';
import { splitIgnored } from './split-ignored.js';

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
  /** Where the label has ignored voxels on the plan's grid: see `splitIgnored`. */
  confidence?: Uint8Array;
}

/**
 * A case on the plan's grid, as the bytes of its files.
 *
 * @param options.label on the image's own grid; not given for `none`.
 * @param options.ignoreLabel value of its voxels that nobody annotated, where there are any.
 * @throws GeoscribeError as `preprocessImage` and `preprocessLabel`, naming the case.
 */
export function encodeCase(options: {
  id: string;
  channels: Volume[];
  label: Volume | undefined;
  ignoreLabel?: number | undefined;
  labelUse: LabelUse;
  plan: Plan;
}): EncodedCase {
  const { id, channels, label, ignoreLabel, labelUse, plan } = options;
  const { image, shape, validMask, properties } = preprocessImage({ channels, plan, id, ignoreLabel, ...(labelUse === 'training' && label && { label }) });
  const annotated = label === undefined ? undefined : splitIgnored(preprocessLabel({ label, properties, plan, ignoreLabel, id }), ignoreLabel);
  return {
    image: encodeNpy({ shape: [channels.length, ...shape], data: image }),
    validMask: encodeNpy({ shape, data: validMask }),
    properties: Buffer.from(JSON.stringify(properties)),
    ...(annotated !== undefined && { label: encodeNpy({ shape, data: annotated.label }) }),
    ...(annotated?.confidence !== undefined && { confidence: encodeNpy({ shape, data: annotated.confidence }) }),
  };
}
