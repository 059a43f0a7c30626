import { checkAugmentation, checkCase, checkPatchRequest } from './checks.js';
import { torch } from './native.js';
import type { AugmentationSpec, PatchRequest, TrainingCase, TrainingPatch } from './types.js';

/**
 * The patch that a training step would see for this request: to look at the augmentation, and to test it.
 *
 * Without a spatial transform the patch is an exact crop, the centre voxel at index floor(size / 2) per axis. With one,
 * image values are trilinear, label and confidence nearest. Outside the volume image, label and confidence are 0.
 *
 * @param options - `request.caseIndex` is not used; `patch` `[z, y, x]` voxels.
 * @returns a function of the case, the request's centre and seed, patch and augmentation alone.
 * @throws InvalidArgumentError.
 */
export function samplePatch(options: {
  case: TrainingCase;
  request: PatchRequest;
  patch: [number, number, number];
  augmentation: AugmentationSpec;
}): TrainingPatch {
  checkCase(options.case, options.case.channels, 'case');
  checkPatchRequest(options.request, Infinity, 'request');
  checkAugmentation(options.augmentation, options.case.channels);
  return torch().samplePatch(options);
}
