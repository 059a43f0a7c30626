import { z } from 'zod';

const triple = z.tuple([z.number(), z.number(), z.number()]);
const indices = z.tuple([z.number().int(), z.number().int(), z.number().int()]);

/** A grid of core-io, as JSON. */
const geometrySchema = z.strictObject({
  dims: indices,
  spacing: triple,
  affine: z.array(z.number()).length(16),
});

/** What leads from a case's own grid to the plan's grid and back. Plain JSON; stored beside the preprocessed arrays. */
export const casePropertiesSchema = z.strictObject({
  /** The image's own grid. */
  source: geometrySchema,
  /** The plan's permutation: axis `a` of the plan's grid is axis `transposeForward[a]` of the image's `[z, y, x]`. */
  transposeForward: indices,
  /** Crop on the permuted grid, half-open, tensor order. */
  crop: z.strictObject({ start: indices, end: indices }),
  shapeAfterCrop: indices,
  /** Shape of the plan's grid, tensor order. */
  shape: indices,
  /** The plan's grid in the world: dims, spacing and affine, so that seeds can be scattered onto it. */
  geometry: geometrySchema,
});

export type CaseProperties = z.infer<typeof casePropertiesSchema>;
