import { z } from 'zod';

const errorsSchema = z.strictObject({
  /** Mean negative logarithm of the true class's probability, nats a voxel. */
  nll: z.number().nonnegative(),
  /** Expected calibration error: mean distance of confidence and accuracy, 15 bins of the most probable class's probability. */
  ece: z.number().min(0).max(1),
});

/** How well a network's probabilities hold on its validation cases, before and after temperature scaling. */
export const calibrationSchema = z.strictObject({
  /** T of `p^(1 / T)`; above 1 where the network was too sure. */
  temperature: z.number().positive(),
  before: errorsSchema,
  after: errorsSchema,
  cases: z.number().int().positive(),
  /** Voxels looked at. */
  voxels: z.number().int().positive(),
});

export type Calibration = z.infer<typeof calibrationSchema>;
