import { toTensorShape, type Geometry } from '@geoscribe/core-io';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import { resampledShape } from '../plan/resampled-shape.js';
import type { CaseProperties } from './case-properties.js';
import { boxShape, type Box } from './crop.js';
import { permuteShape } from './permute.js';

/**
 * The plan's grid of a case: permuted, cropped, resampled with half-pixel centres.
 *
 * Voxel `p` of the plan's grid has its centre at `start + (p + 0.5) * shapeAfterCrop / shape - 0.5` of the permuted
 * image, so a voxel of it is `spacing * shapeAfterCrop / shape` mm wide: the target spacing up to the rounding of the
 * shape.
 *
 * @param source the image's own grid.
 * @param crop box on the permuted grid.
 */
export function planGrid(source: Geometry, crop: Box, plan: Plan): CaseProperties {
  const forward = plan.transposeForward;
  const shapeAfterCrop = boxShape(crop);
  const spacing = permuteShape(toTensorShape(source.spacing), forward);
  const shape = resampledShape(shapeAfterCrop, spacing, plan.targetSpacing);
  const scale = shapeAfterCrop.map((n, axis) => n / shape[axis]!) as TensorShape;
  const affine = [...source.affine];
  for (let row = 0; row < 3; row++) {
    let offset = source.affine[row * 4 + 3]!;
    for (let axis = 0; axis < 3; axis++) {
      const sourceColumn = source.affine[row * 4 + 2 - forward[axis]!]!;
      affine[row * 4 + 2 - axis] = sourceColumn * scale[axis]!;
      offset += sourceColumn * (crop.start[axis]! + 0.5 * scale[axis]! - 0.5);
    }
    affine[row * 4 + 3] = offset;
  }
  return {
    source: { dims: [...source.dims], spacing: [...source.spacing], affine: [...source.affine] },
    transposeForward: [...forward],
    crop: { start: [...crop.start], end: [...crop.end] },
    shapeAfterCrop,
    shape,
    geometry: {
      dims: toTensorShape(shape),
      spacing: toTensorShape(spacing.map((mm, axis) => mm * scale[axis]!) as TensorShape),
      affine,
    },
  };
}
